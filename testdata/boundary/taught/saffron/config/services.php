<?php

return [
    'google' => [
        'client_id' => env('GOOGLE_CLIENT_ID'),
        'client_secret' => env('GOOGLE_CLIENT_SECRET'),
        'redirect' => '/auth/callback',
    ],
    'anthropic' => [
        'admin_key' => env('ANTHROPIC_ADMIN_KEY'),
    ],
];
