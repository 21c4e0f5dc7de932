import { createClient } from "npm:@supabase/supabase-js@2";
import { Mistral } from "npm:@mistralai/mistralai@1";

const mistral = new Mistral({ apiKey: Deno.env.get("MISTRAL_API_KEY")! });

Deno.serve(async (req) => {
  const client = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_ANON_KEY")!, {
    global: { headers: { Authorization: req.headers.get("Authorization") ?? "" } },
  });
  const { data } = await client.auth.getUser();
  if (!data.user) return new Response("sign in", { status: 401 });
  const { card } = await req.json();
  const r = await mistral.chat.complete({
    model: "mistral-small-latest",
    messages: [{ role: "user", content: `Explain this card to a student: ${card}` }],
  });
  return Response.json({ text: r.choices[0].message.content });
});
