<?php

namespace App\Http\Controllers;

use Illuminate\Http\Request;

class DiaryController extends Controller
{
    public function store(Request $request)
    {
        $out = \OpenAI::client(config('production.openai_key'))->chat()->create([
            'model' => 'gpt-4o-mini',
            'messages' => [['role' => 'user', 'content' => 'Sum up the day of the horse: '.$request->string('notes')->limit(2000)]],
        ]);
        $request->user()->entries()->create(['text' => $out->choices[0]->message->content]);

        return redirect('/diary');
    }
}
