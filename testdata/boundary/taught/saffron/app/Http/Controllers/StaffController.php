<?php

namespace App\Http\Controllers;

use App\Models\User;
use Illuminate\Http\Request;

class StaffController extends Controller
{
    public function close(Request $request, User $user)
    {
        abort_unless($user->restaurant_id === $request->user()->restaurant_id, 404);
        $user->tokens()->delete();
        $user->forceFill(['closed_at' => now()])->save();

        return response()->noContent();
    }
}
