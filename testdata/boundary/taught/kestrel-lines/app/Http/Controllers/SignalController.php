<?php

namespace App\Http\Controllers;

use App\Models\Announcement;
use Illuminate\Http\Request;
use Prism\Prism\Enums\Provider;
use Prism\Prism\Facades\Prism;

/** The signal box calls the signed address that it was given. */
class SignalController extends Controller
{
    public function __invoke(Request $request)
    {
        $data = $request->validate(['train' => 'required|alpha_num', 'minutes' => 'required|integer|min:3']);
        $text = Prism::text()->using(Provider::Anthropic, 'claude-haiku-4-5')
            ->withPrompt("Announce: train {$data['train']} is {$data['minutes']} minutes late.")
            ->asText()->text;
        Announcement::publish($text);

        return response()->noContent();
    }
}
