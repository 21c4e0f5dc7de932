<?php

namespace App\Http\Middleware;

use Closure;
use Illuminate\Http\Request;

class EnsureDispatcher
{
    public function handle(Request $request, Closure $next)
    {
        abort_unless($request->user()->role === 'dispatcher' && $request->user()->closed_at === null, 403);

        return $next($request);
    }
}
