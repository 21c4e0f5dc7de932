<?php

namespace App\Http\Controllers;

use Illuminate\Support\Facades\Http;

class UsageController extends Controller
{
    public function __invoke()
    {
        $bill = Http::withHeaders([
            'x-api-key' => config('services.anthropic.admin_key'),
            'anthropic-version' => '2023-06-01',
        ])->get('https://api.anthropic.com/v1/organizations/cost_report', ['starting_at' => now()->startOfMonth()->toIso8601String()])->throw()->json();

        return view('usage', ['bill' => $bill['data']]);
    }
}
