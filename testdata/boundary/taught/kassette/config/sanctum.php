<?php

return [
    'stateful' => explode(',', env('SANCTUM_STATEFUL_DOMAINS', 'app.kassette.example')),
    'guard' => ['web'],
    'expiration' => 60 * 12,
    'token_prefix' => 'kst_',
];
