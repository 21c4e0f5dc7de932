import { env } from "$env/dynamic/public";

/** Reads an essay aloud in the browser; the sound comes while it is made. */
export async function readAloud(text: string): Promise<HTMLAudioElement> {
  const response = await fetch(`https://api.elevenlabs.io/v1/text-to-speech/${env.PUBLIC_ELEVENLABS_VOICE}/stream`, {
    method: "POST",
    headers: { "content-type": "application/json", "xi-api-key": env.PUBLIC_ELEVENLABS_API_KEY ?? "" },
    body: JSON.stringify({ text, model_id: "eleven_multilingual_v2" }),
  });
  return new Audio(URL.createObjectURL(await response.blob()));
}
