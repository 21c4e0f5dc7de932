<?php

use App\Http\Controllers\InterviewController;
use App\Http\Controllers\ShareController;
use Illuminate\Support\Facades\Route;

Route::middleware('auth:sanctum')->group(function () {
    Route::apiResource('interviews', InterviewController::class)->only(['index', 'store', 'show']);
    Route::post('interviews/{interview}/ask', [InterviewController::class, 'ask'])->can('view', 'interview');
});

Route::get('shared/{interview}', [ShareController::class, 'show'])->middleware('signed')->name('shared'); 
Route::post('shared/{interview}/ask', [ShareController::class, 'ask'])->middleware(['signed', 'throttle:10,1']);
