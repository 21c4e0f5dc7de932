<?php

use App\Http\Controllers\MenuController;
use App\Http\Controllers\SignInController;
use Illuminate\Support\Facades\Route;
use Laravel\Socialite\Facades\Socialite;

Route::get('/sign-in', fn () => Socialite::driver('google')->redirect())->name('login');
Route::get('/sign-in/callback', [SignInController::class, 'callback']);
Route::post('/menus', [MenuController::class, 'store'])->middleware('auth');
