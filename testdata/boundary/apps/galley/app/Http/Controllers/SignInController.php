<?php

namespace App\Http\Controllers;

use App\Models\User;
use Illuminate\Support\Facades\Auth;
use Laravel\Socialite\Facades\Socialite;

class SignInController extends Controller
{
    public function callback()
    {
        $found = Socialite::driver('google')->user();
        Auth::login(User::where('email', $found->getEmail())->firstOrFail());
        request()->session()->regenerate();

        return redirect()->intended('/menus');
    }
}
