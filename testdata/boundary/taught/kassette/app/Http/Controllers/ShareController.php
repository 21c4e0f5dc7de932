<?php

namespace App\Http\Controllers;

use App\Models\Interview;
use Illuminate\Http\Request;

class ShareController extends Controller
{
    public function show(Interview $interview)
    {
        return $interview->only('title', 'transcript');
    }

    public function ask(Request $request, Interview $interview)
    {
        return app(InterviewController::class)->ask($request, $interview);
    }
}
