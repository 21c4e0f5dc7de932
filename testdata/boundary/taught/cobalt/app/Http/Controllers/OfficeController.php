<?php

namespace App\Http\Controllers;

use App\Models\User;
use Illuminate\Support\Facades\Auth;
use Laravel\Socialite\Facades\Socialite;

class OfficeController extends Controller
{
    public function login()
    {
        return Socialite::driver('google')->with(['hd' => 'cobalt.example'])->redirect();
    }

    public function back()
    {
        $google = Socialite::driver('google')->user();
        abort_unless(str_ends_with($google->getEmail(), '@cobalt.example'), 403);
        Auth::login(User::firstOrCreate(['email' => $google->getEmail()], ['name' => $google->getName()]));
        session()->regenerate();

        return redirect()->intended('/office');
    }
}
