<?php

use App\Http\Controllers\QuoteController;
use App\Http\Controllers\TokenController;
use App\Http\Controllers\WebhookController;
use Illuminate\Support\Facades\Route;

Route::post('/tokens', [TokenController::class, 'store'])->middleware('throttle:5,1');
Route::post('/webhooks/stripe', WebhookController::class);

Route::prefix('v2')->middleware(['auth:sanctum', 'abilities:quotes'])->group(function () {
    Route::apiResource('quotes', QuoteController::class);
    Route::controller(QuoteController::class)->group(function () {
        Route::post('/quotes/{quote}/suggest', 'suggest')->can('update', 'quote');
        Route::post('/quotes/{quote}/letter', 'letter')->can('view', 'quote');
    });
});
