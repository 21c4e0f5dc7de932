<?php

namespace App\Http\Controllers;

use App\Models\Brew;
use Illuminate\Http\Request;
use Prism\Prism\Enums\Provider;
use Prism\Prism\Facades\Prism;

class BrewController extends Controller
{
    public function index(Request $request)
    {
        return $request->user()->brewery->brews()->latest()->paginate(20);
    }

    public function show(Request $request, Brew $brew)
    {
        abort_unless($brew->brewery_id === $request->user()->brewery_id, 404);

        return $brew;
    }

    public function store(Request $request)
    {
        $data = $request->validate(['name' => 'required|max:80', 'mash' => 'required|array']);

        return $request->user()->brewery->brews()->create($data);
    }

    public function advice(Request $request, Brew $brew)
    {
        abort_unless($brew->brewery_id === $request->user()->brewery_id, 404);

        $answer = Prism::text()
            ->using(Provider::Anthropic, 'claude-haiku-4-5')
            ->withSystemPrompt('You are a brewer. Say in five lines what may have gone wrong.')
            ->withPrompt(json_encode($brew->only('name', 'mash', 'readings')))
            ->asText();

        return ['advice' => $answer->text];
    }
}
