<?php

use App\Http\Controllers\SignalController;
use App\Models\Announcement;
use Illuminate\Support\Facades\Route;

Route::get('/', fn () => view('board', ['now' => Announcement::current()->get()]));
Route::post('/signals/delay', SignalController::class)->middleware('signed');
