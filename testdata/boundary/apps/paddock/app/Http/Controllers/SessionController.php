<?php

namespace App\Http\Controllers;

use App\Models\Rider;
use Illuminate\Support\Facades\Auth;
use Laravel\Socialite\Facades\Socialite;

class SessionController extends Controller
{
    public function callback()
    {
        $who = Socialite::driver('okta')->user();
        Auth::login(Rider::firstOrCreate(['email' => $who->getEmail()]));

        return redirect('/diary');
    }
}
