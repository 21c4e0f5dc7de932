<?php

return [
    'prism_server' => ['enabled' => false],
    'providers' => [
        'anthropic' => [
            'api_key' => env('ANTHROPIC_API_KEY', ''),
            'version' => '2023-06-01',
        ],
    ],
];
