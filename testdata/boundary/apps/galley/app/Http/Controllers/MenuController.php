<?php

namespace App\Http\Controllers;

use App\Services\Cook;
use Illuminate\Http\Request;

class MenuController extends Controller
{
    public function store(Request $request, Cook $cook)
    {
        $data = $request->validate(['stores' => 'required|string|max:2000', 'days' => 'required|integer|between:1,30']);

        return ['menu' => $cook->menu($data['stores'], $data['days'])];
    }
}
