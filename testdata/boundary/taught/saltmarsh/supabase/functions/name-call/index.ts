import OpenAI, { toFile } from "openai";
import { cors, reply } from "../_shared/cors.ts";

const openai = new OpenAI({ apiKey: Deno.env.get("OPENAI_API_KEY") });

Deno.serve(async (req) => {
  if (req.method === "OPTIONS") return new Response("ok", { headers: cors });
  const sound = await req.arrayBuffer();
  if (sound.byteLength > 2_000_000) return reply({ error: "too long" }, 413);
  const heard = await openai.audio.transcriptions.create({
    model: "gpt-4o-transcribe",
    file: await toFile(sound, "call.webm"),
    prompt: "Calls of birds of a salt marsh.",
  });
  return reply({ heard: heard.text });
});
