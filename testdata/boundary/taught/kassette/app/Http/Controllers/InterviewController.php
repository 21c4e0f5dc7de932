<?php

namespace App\Http\Controllers;

use App\Jobs\Transcribe;
use App\Models\Interview;
use Illuminate\Http\Request;
use OpenAI\Laravel\Facades\OpenAI;

class InterviewController extends Controller
{
    public function index(Request $request)
    {
        return $request->user()->archive->interviews()->latest()->paginate(30);
    }

    public function store(Request $request)
    {
        $interview = $request->user()->archive->interviews()->create([
            'path' => $request->file('recording')->store('recordings'),
        ]);
        Transcribe::dispatch($interview);

        return response()->json($interview, 202);
    }

    public function show(Interview $interview)
    {
        $this->authorize('view', $interview);

        return $interview;
    }

    public function ask(Request $request, Interview $interview)
    {
        $answer = OpenAI::responses()->create([
            'model' => 'gpt-5-mini',
            'instructions' => 'Answer from the interview alone.',
            'input' => $interview->transcript."\n\n".$request->string('question')->limit(500),
        ]);

        return ['answer' => $answer->outputText];
    }
}
