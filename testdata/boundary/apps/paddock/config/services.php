<?php

return [
    'okta' => config('okta') + ['redirect' => '/callback'],
];
