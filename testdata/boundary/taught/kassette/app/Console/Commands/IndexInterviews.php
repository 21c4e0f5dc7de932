<?php

namespace App\Console\Commands;

use App\Models\Interview;
use Illuminate\Console\Command;
use OpenAI\Laravel\Facades\OpenAI;

class IndexInterviews extends Command
{
    protected $signature = 'interviews:index';

    public function handle(): void
    {
        Interview::whereNull('vector')->each(function (Interview $i) {
            $i->update(['vector' => OpenAI::embeddings()->create([
                'model' => 'text-embedding-3-small',
                'input' => $i->transcript,
            ])->embeddings[0]->embedding]);
        });
    }
}
