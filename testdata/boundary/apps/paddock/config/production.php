<?php

return [
    'url' => 'https://diary.paddock.example',
    'openai_key' => '<<openai-project-key:diary>>',
];
