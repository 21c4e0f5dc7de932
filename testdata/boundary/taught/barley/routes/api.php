<?php

use App\Http\Controllers\BrewController;
use App\Http\Controllers\LabelController;
use App\Http\Controllers\SpendController;
use Illuminate\Support\Facades\Route;

Route::get('/ping', fn () => ['ok' => true]);

Route::prefix('v1')->middleware('auth:sanctum')->group(function () {
    Route::apiResource('brews', BrewController::class)->only(['index', 'store', 'show']);
    Route::post('brews/{brew}/advice', [BrewController::class, 'advice'])->middleware('throttle:20,1');
    Route::post('labels/text', [LabelController::class, 'text'])->withoutMiddleware('auth:sanctum');

    Route::middleware('role:accountant')->get('spend', SpendController::class);
});
