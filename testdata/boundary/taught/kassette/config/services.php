<?php

return [
    'deepgram' => [
        'key' => env('DEEPGRAM_API_KEY'),
        'url' => 'https://api.eu.deepgram.com/v1/listen',
    ],
    'openai' => [
        'key' => env('OPENAI_API_KEY'),
    ],
];
