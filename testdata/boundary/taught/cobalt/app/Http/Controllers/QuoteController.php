<?php

namespace App\Http\Controllers;

use App\Models\Quote;
use Illuminate\Http\Request;
use OpenAI\Laravel\Facades\OpenAI;

class QuoteController extends Controller
{
    public function index(Request $request)
    {
        return $request->user()->company->quotes()->latest()->paginate();
    }

    public function suggest(Quote $quote)
    {
        $out = OpenAI::chat()->create([
            'model' => 'quotes-gpt-4o',
            'messages' => [
                ['role' => 'system', 'content' => 'You know tiles, adhesives and waste. Answer with items as JSON.'],
                ['role' => 'user', 'content' => $quote->measurements],
            ],
        ]);

        return response()->json(json_decode($out->choices[0]->message->content));
    }

    public function letter(Quote $quote)
    {
        $out = OpenAI::chat()->create(['model' => 'quotes-gpt-4o', 'messages' => [
            ['role' => 'user', 'content' => "A letter for this quote:\n{$quote->toJson()}"],
        ]]);

        return ['letter' => $out->choices[0]->message->content];
    }
}
