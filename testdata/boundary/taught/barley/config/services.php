<?php

return [
    'postmark' => ['key' => env('POSTMARK_API_KEY')],

    'anthropic' => [
        'admin_key' => env('ANTHROPIC_ADMIN_KEY'),
    ],
];
