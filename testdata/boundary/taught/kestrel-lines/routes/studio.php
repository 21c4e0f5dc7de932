<?php

use App\Http\Controllers\AnnouncementController;
use Illuminate\Support\Facades\Route;

Route::get('/', [AnnouncementController::class, 'index'])->name('index');
Route::post('/draft', [AnnouncementController::class, 'draft'])->name('draft');
Route::post('/{announcement}/translate', [AnnouncementController::class, 'translate'])->name('translate');
