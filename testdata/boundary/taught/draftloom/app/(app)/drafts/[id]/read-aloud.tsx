"use client";

import { useRef, useState } from "react";

export function ReadAloud({ text }: { text: string }) {
  const audio = useRef<HTMLAudioElement>(null);
  const [busy, setBusy] = useState(false);

  async function play() {
    setBusy(true);
    const r = await fetch("https://api.elevenlabs.io/v1/text-to-speech/21m00Tcm4TlvDq8ikWAM", {
      method: "POST",
      headers: { "xi-api-key": process.env.ELEVENLABS_API_KEY!, "content-type": "application/json" },
      body: JSON.stringify({ text, model_id: "eleven_turbo_v2_5" }),
    });
    audio.current!.src = URL.createObjectURL(await r.blob());
    await audio.current!.play();
    setBusy(false);
  }

  return (
    <>
      <button onClick={play} disabled={busy}>Read aloud</button>
      <audio ref={audio} />
    </>
  );
}
