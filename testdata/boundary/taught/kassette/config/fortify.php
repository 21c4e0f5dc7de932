<?php

use Laravel\Fortify\Features;

return [
    'guard' => 'web',
    'home' => '/interviews',
    'limiters' => ['login' => 'login', 'two-factor' => 'two-factor'],
    'features' => [
        Features::resetPasswords(),
        Features::twoFactorAuthentication(['confirm' => true, 'confirmPassword' => true]),
    ],
];
