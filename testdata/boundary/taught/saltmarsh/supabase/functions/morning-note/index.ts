import { createClient } from "@supabase/supabase-js";
import { timingSafeEqual } from "node:crypto";
import OpenAI from "openai";
import { reply } from "../_shared/cors.ts";

const openai = new OpenAI({ apiKey: Deno.env.get("OPENAI_API_KEY") });
const bytes = (s: string) => new TextEncoder().encode(s.padEnd(64).slice(0, 64));

// Called by pg_cron each morning, which has no user: it brings a secret of its own.
Deno.serve(async (req) => {
  const brought = req.headers.get("x-cron-secret") ?? "";
  if (!timingSafeEqual(bytes(brought), bytes(Deno.env.get("CRON_SECRET")!))) return reply({ error: "no" }, 401);
  const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
  const { data } = await db.from("sighting").select("name").gte("at", new Date(Date.now() - 864e5).toISOString());
  const note = await openai.responses.create({
    model: "gpt-5-mini",
    input: `Three lines on what was seen yesterday: ${data?.map((d) => d.name).join(", ")}`,
  });
  await db.from("note").insert({ text: note.output_text });
  return reply({ done: true });
});
