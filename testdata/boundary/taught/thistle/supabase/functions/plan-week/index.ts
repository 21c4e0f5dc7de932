import Anthropic from "npm:@anthropic-ai/sdk@0.70.0";
import { createClient } from "npm:@supabase/supabase-js@2.83.0";

const anthropic = new Anthropic({ apiKey: Deno.env.get("ANTHROPIC_API_KEY") });

Deno.serve(async (req) => {
  const supabase = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_ANON_KEY")!, {
    global: { headers: { Authorization: req.headers.get("Authorization")! } },
  });
  const { data: { user } } = await supabase.auth.getUser();
  if (!user) return new Response("sign in", { status: 401 });
  const { nursery } = await req.json();
  const { data: children } = await supabase.from("children").select("allergies").eq("nursery_id", nursery);
  const answer = await anthropic.messages.create({
    model: "claude-haiku-4-5",
    max_tokens: 1500,
    messages: [{ role: "user", content: `Plan five lunches. Allergies: ${JSON.stringify(children)}` }],
  });
  return Response.json({ plan: answer.content[0].type === "text" ? answer.content[0].text : "" });
});
