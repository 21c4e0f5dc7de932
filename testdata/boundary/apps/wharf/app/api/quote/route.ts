import { BedrockRuntimeClient, ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import { broker } from "../../../lib/session";

const bedrock = new BedrockRuntimeClient({ region: "eu-central-1" });

export async function POST(req: Request) {
  const who = await broker();
  if (!who) return Response.json({ error: "sign in" }, { status: 401 });
  const { route, weight } = await req.json();
  const out = await bedrock.send(
    new ConverseCommand({
      modelId: "anthropic.claude-3-5-haiku-20241022-v1:0",
      messages: [{ role: "user", content: [{ text: `Explain a quote for ${weight} kg on ${route} in two sentences.` }] }],
    }),
  );
  return Response.json({ text: out.output?.message?.content?.[0]?.text });
}
