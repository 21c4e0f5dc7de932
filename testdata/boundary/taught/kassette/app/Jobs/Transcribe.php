<?php

namespace App\Jobs;

use App\Models\Interview;
use Illuminate\Contracts\Queue\ShouldQueue;
use Illuminate\Foundation\Queue\Queueable;
use Illuminate\Support\Facades\Http;
use Illuminate\Support\Facades\Storage;

class Transcribe implements ShouldQueue
{
    use Queueable;

    public function __construct(public Interview $interview) {}

    public function handle(): void
    {
        $heard = Http::withHeaders(['Authorization' => 'Token '.config('services.deepgram.key')])
            ->withBody(Storage::get($this->interview->path), 'audio/mpeg')
            ->post(config('services.deepgram.url').'?model=nova-3&diarize=true')
            ->throw()
            ->json('results.channels.0.alternatives.0.transcript');
        $this->interview->update(['transcript' => $heard]);
    }
}
