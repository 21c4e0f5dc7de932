import Anthropic from "@anthropic-ai/sdk";
import { ANTHROPIC_API_KEY } from "$env/static/private";

const claude = new Anthropic({ apiKey: ANTHROPIC_API_KEY });

export async function remarks(essay: string) {
  const reply = await claude.messages.create({
    model: "claude-sonnet-4-5",
    max_tokens: 900,
    system: "You are a patient teacher. Three remarks on the pupil's essay, no marks.",
    messages: [{ role: "user", content: essay.slice(0, 12000) }],
  });
  return reply.content.flatMap((c) => (c.type === "text" ? [c.text] : [])).join("\n");
}
