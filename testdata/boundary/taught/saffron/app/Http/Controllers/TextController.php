<?php

namespace App\Http\Controllers;

use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Prism\Prism\Enums\Provider;
use Prism\Prism\Facades\Prism;

class TextController extends Controller
{
    public function describe(Request $request): JsonResponse
    {
        $dish = $request->user()->restaurant->dishes()->findOrFail($request->integer('dish'));

        return $this->ask("Describe for a menu in two lines: {$dish->name}, {$dish->notes}");
    }

    public function translate(Request $request): JsonResponse
    {
        return $this->ask('Translate into '.$request->string('to').": {$request->string('text')}");
    }

    public function slogan(Request $request): JsonResponse
    {
        return $this->ask('A slogan for the window of: '.$request->string('text'));
    }

    private function ask(string $prompt): JsonResponse
    {
        $answer = Prism::text()
            ->using(Provider::Anthropic, 'claude-haiku-4-5')
            ->withMaxTokens(300)
            ->withPrompt($prompt)
            ->asText();

        return response()->json(['text' => $answer->text]);
    }
}
