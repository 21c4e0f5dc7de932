<?php

use App\Http\Controllers\DishController;
use App\Http\Controllers\StaffController;
use App\Http\Controllers\TextController;
use Illuminate\Support\Facades\Route;

Route::middleware('auth:sanctum')->group(function () {
    Route::post('/texts/describe', [TextController::class, 'describe'])->middleware('screen');
    Route::post('/texts/translate', [TextController::class, 'translate']);
    Route::apiResource('dishes', DishController::class)->only(['index', 'store', 'destroy']);

    Route::middleware('role:owner')->group(function () {
        Route::delete('/staff/{user}', [StaffController::class, 'close']);
    });
});

Route::post('/texts/slogan', [TextController::class, 'slogan'])
    ->middleware(['screen', 'throttle:20,1']);
