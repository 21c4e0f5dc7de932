<?php

use App\Http\Controllers\GreetingController;
use Illuminate\Support\Facades\Route;

Route::middleware(['auth:sanctum', 'abilities:greet', 'throttle:30,1'])->group(function () {
    Route::post('/greetings', [GreetingController::class, 'store']);
});
