import Anthropic from "npm:@anthropic-ai/sdk@0.70.0";

const cors = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Headers": "content-type",
};
const anthropic = new Anthropic({ apiKey: Deno.env.get("ANTHROPIC_API_KEY") });

Deno.serve(async (req) => {
  if (req.method === "OPTIONS") return new Response("ok", { headers: cors });
  const { dish, reason } = await req.json();
  const answer = await anthropic.messages.create({
    model: "claude-haiku-4-5",
    max_tokens: 300,
    messages: [{ role: "user", content: `Replace the dish ${dish} because: ${reason}` }],
  });
  return Response.json(answer.content, { headers: cors });
});
