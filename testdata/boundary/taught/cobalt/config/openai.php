<?php

return [
    'api_key' => env('AZURE_OPENAI_API_KEY'),
    'base_uri' => env('AZURE_OPENAI_ENDPOINT'),
    'request_timeout' => 45,
];
