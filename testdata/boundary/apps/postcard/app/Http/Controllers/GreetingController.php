<?php

namespace App\Http\Controllers;

use Illuminate\Http\Request;
use OpenAI\Laravel\Facades\OpenAI;

class GreetingController extends Controller
{
    public function store(Request $request)
    {
        $data = $request->validate(['motif' => 'required|string|max:200', 'to' => 'required|string|max:80']);
        $out = OpenAI::responses()->create([
            'model' => 'gpt-4.1-mini',
            'input' => "A postcard's greeting to {$data['to']} about {$data['motif']}, at most 40 words.",
        ]);

        return ['greeting' => $out->outputText, 'shop' => $request->user()->shop_id];
    }
}
