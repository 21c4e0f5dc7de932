<?php

namespace App\Http\Controllers;

use App\Models\Stall;
use App\Services\Stalls;
use Illuminate\Http\Request;

class StallController extends Controller
{
    public function store(Request $request, Stalls $stalls)
    {
        $name = $request->validate(['name' => 'required|alpha_dash|max:40'])['name'];
        Stall::create(['name' => $name, 'owner' => $request->user()->getAuthIdentifier(), 'ai_key' => encrypt($stalls->open($name))]);

        return redirect()->route('stalls.show', $name);
    }

    public function ask(Request $request, Stall $stall)
    {
        abort_unless($stall->owner === $request->user()->getAuthIdentifier(), 403);
        $out = \OpenAI::client(decrypt($stall->ai_key))->chat()->create([
            'model' => 'gpt-4.1-mini',
            'messages' => [['role' => 'user', 'content' => $request->string('question')->limit(1000)->toString()]],
        ]);

        return ['answer' => $out->choices[0]->message->content];
    }
}
