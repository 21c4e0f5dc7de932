<?php

use App\Http\Controllers\SignInController;
use App\Http\Controllers\UsageController;
use Illuminate\Support\Facades\Route;

Route::get('/auth/redirect', [SignInController::class, 'redirect'])->name('login');
Route::get('/auth/callback', [SignInController::class, 'callback']);

Route::middleware(['auth', 'role:owner'])->group(function () {
    Route::view('/', 'office');
    Route::get('/usage', UsageController::class);
});
