<?php

use App\Http\Middleware\EnsureDispatcher;
use Illuminate\Foundation\Application;
use Illuminate\Foundation\Configuration\Exceptions;
use Illuminate\Foundation\Configuration\Middleware;
use Illuminate\Support\Facades\Route;

return Application::configure(basePath: dirname(__DIR__))
    ->withRouting(
        web: __DIR__.'/../routes/web.php',
        health: '/up',
        then: fn () => Route::middleware(['web', 'auth', 'verified', 'dispatcher'])
            ->prefix('studio')
            ->name('studio.')
            ->group(base_path('routes/studio.php')),
    )
    ->withMiddleware(function (Middleware $middleware) {
        $middleware->alias(['dispatcher' => EnsureDispatcher::class]);
        $middleware->validateCsrfTokens(except: ['signals/*']);
    })
    ->withExceptions(fn (Exceptions $exceptions) => null)
    ->create();
