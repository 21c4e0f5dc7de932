<?php

namespace App\Models;

use Illuminate\Foundation\Auth\User as Authenticatable;
use Laravel\Fortify\TwoFactorAuthenticatable;
use Laravel\Sanctum\HasApiTokens;

class User extends Authenticatable
{
    use HasApiTokens, TwoFactorAuthenticatable;

    protected $hidden = ['password', 'two_factor_secret', 'two_factor_recovery_codes'];

    public function archive()
    {
        return $this->belongsTo(Archive::class);
    }
}
