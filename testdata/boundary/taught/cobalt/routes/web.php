<?php

use App\Http\Controllers\OfficeController;
use Illuminate\Support\Facades\Route;

Route::get('/login', [OfficeController::class, 'login'])->name('login');
Route::get('/login/back', [OfficeController::class, 'back']);
Route::view('/', 'measure')->middleware('auth');
Route::view('/office', 'office')->middleware(['auth', 'role:office']);
