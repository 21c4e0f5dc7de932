<?php

return [
    'google' => ['client_id' => env('GOOGLE_CLIENT_ID'), 'client_secret' => env('GOOGLE_CLIENT_SECRET'), 'redirect' => '/sign-in/callback'],
    'openrouter' => ['key' => env('OPENROUTER_API_KEY')],
];
