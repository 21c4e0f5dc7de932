<?php

namespace App\Http\Middleware;

use Closure;
use Illuminate\Http\Request;

class ScreenText
{
    private const array FORBIDDEN = ['ignore previous', 'system prompt', 'you are now'];

    public function handle(Request $request, Closure $next)
    {
        $text = mb_strtolower((string) $request->string('text'));
        foreach (self::FORBIDDEN as $words) {
            abort_if(str_contains($text, $words), 422, 'not that');
        }
        abort_if(mb_strlen($text) > 2000, 413);

        return $next($request);
    }
}
