import OpenAI from "openai";
import { cors, reply } from "../_shared/cors.ts";
import { who } from "../_shared/who.ts";

const openai = new OpenAI({ apiKey: Deno.env.get("OPENAI_API_KEY") });

Deno.serve(async (req) => {
  if (req.method === "OPTIONS") return new Response("ok", { headers: cors });
  const me = await who(req);
  if (!me) return reply({ error: "sign in" }, 401);
  const { photo } = await req.json();
  const seen = await openai.responses.create({
    model: "gpt-5-mini",
    input: [{ role: "user", content: [{ type: "input_text", text: "Which bird is this?" }, { type: "input_image", image_url: photo, detail: "low" }] }],
  });
  await me.supabase.from("sighting").insert({ watcher: me.user.id, name: seen.output_text });
  return reply({ name: seen.output_text });
});
