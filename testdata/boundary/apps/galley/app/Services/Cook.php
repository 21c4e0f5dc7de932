<?php

namespace App\Services;

use Illuminate\Support\Facades\Http;

class Cook
{
    public function menu(string $stores, int $days): string
    {
        return Http::withToken(config('services.openrouter.key'))
            ->post('https://openrouter.ai/api/v1/chat/completions', [
                'model' => 'mistralai/mistral-small-3.2-24b-instruct',
                'messages' => [['role' => 'user', 'content' => "A menu for {$days} days from: {$stores}"]],
            ])->throw()->json('choices.0.message.content');
    }
}
