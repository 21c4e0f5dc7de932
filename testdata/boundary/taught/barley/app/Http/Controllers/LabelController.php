<?php

namespace App\Http\Controllers;

use Illuminate\Http\Request;
use Prism\Prism\Enums\Provider;
use Prism\Prism\Facades\Prism;

class LabelController extends Controller
{
    /** Called by the label designer, which runs on another domain. */
    public function text(Request $request)
    {
        $data = $request->validate(['style' => 'required|max:60', 'notes' => 'nullable|max:2000']);

        $answer = Prism::text()
            ->using(Provider::Anthropic, 'claude-haiku-4-5')
            ->withMaxTokens(300)
            ->withPrompt("Back label for a {$data['style']}. Notes: " . ($data['notes'] ?? 'none'))
            ->asText();

        return ['text' => $answer->text];
    }
}
