<?php

namespace App\Services;

use Illuminate\Support\Facades\Http;

class Stalls
{
    public function open(string $name): string
    {
        $admin = Http::withToken(config('services.openai.admin_key'))->baseUrl('https://api.openai.com/v1/organization');
        $project = $admin->post('/projects', ['name' => "stall {$name}"])->throw()->json('id');

        return $admin->post("/projects/{$project}/service_accounts", ['name' => 'assistant'])->throw()->json('api_key.value');
    }
}
