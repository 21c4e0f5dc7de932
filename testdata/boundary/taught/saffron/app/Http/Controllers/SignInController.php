<?php

namespace App\Http\Controllers;

use App\Models\User;
use Illuminate\Support\Facades\Auth;
use Laravel\Socialite\Facades\Socialite;

class SignInController extends Controller
{
    public function redirect()
    {
        return Socialite::driver('google')->redirect();
    }

    public function callback()
    {
        $found = Socialite::driver('google')->user();
        $user = User::where('email', $found->getEmail())->whereNull('closed_at')->firstOrFail();
        Auth::login($user, remember: true);

        return redirect()->intended('/');
    }
}
