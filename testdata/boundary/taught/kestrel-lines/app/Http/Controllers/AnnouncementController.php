<?php

namespace App\Http\Controllers;

use App\Models\Announcement;
use Illuminate\Http\Request;
use Prism\Prism\Enums\Provider;
use Prism\Prism\Facades\Prism;

class AnnouncementController extends Controller
{
    public function index(Request $request)
    {
        return view('studio', ['all' => $request->user()->line->announcements()->latest()->get()]);
    }

    public function draft(Request $request)
    {
        $text = Prism::text()
            ->using(Provider::Anthropic, 'claude-haiku-4-5')
            ->withSystemPrompt(view('prompts.announcement'))
            ->withPrompt($request->string('what'))
            ->asText()->text;
        $made = $request->user()->line->announcements()->create(['text' => $text]);
        activity()->performedOn($made)->causedBy($request->user())->log('drafted');

        return redirect()->route('studio.index');
    }

    public function translate(Announcement $announcement, Request $request)
    {
        abort_unless($announcement->line_id === $request->user()->line_id, 404);
        $announcement->update(['english' => Prism::text()
            ->using(Provider::Anthropic, 'claude-haiku-4-5')
            ->withPrompt("English, short: {$announcement->text}")
            ->asText()->text]);

        return back();
    }
}
