<?php

use App\Http\Controllers\DiaryController;
use App\Http\Controllers\SessionController;
use Illuminate\Support\Facades\Route;

Route::get('/callback', [SessionController::class, 'callback']);
Route::post('/diary', [DiaryController::class, 'store'])->middleware('auth');
