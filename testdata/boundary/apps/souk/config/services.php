<?php

return [
    'openai' => [
        'admin_key' => env('OPENAI_ADMIN_KEY'),
    ],
];
