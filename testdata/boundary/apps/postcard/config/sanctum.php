<?php

return [
    'stateful' => explode(',', env('SANCTUM_STATEFUL_DOMAINS', 'shop.postcard.example')),
    'expiration' => 60 * 24 * 30,
    'token_prefix' => env('SANCTUM_TOKEN_PREFIX', 'pc_'),
];
