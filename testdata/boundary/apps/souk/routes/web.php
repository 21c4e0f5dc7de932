<?php

use App\Http\Controllers\StallController;
use Illuminate\Support\Facades\Route;

Route::middleware('auth')->group(function () {
    Route::post('/stalls', [StallController::class, 'store']);
    Route::post('/stalls/{stall}/ask', [StallController::class, 'ask']);
});
