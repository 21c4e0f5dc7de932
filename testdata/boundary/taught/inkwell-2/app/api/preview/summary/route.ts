import { openai } from "@ai-sdk/openai";
import { generateText } from "ai";

// Used by the "try it" box of the landing page and by the archive pages.
export async function POST(req: Request) {
  const { text, tone = "warm" } = await req.json();
  if (typeof text !== "string" || text.length > 20_000) {
    return Response.json({ error: "too long" }, { status: 413 });
  }
  const { text: summary } = await generateText({
    model: openai("gpt-4.1"),
    system: `Summarise the newsletter in three ${tone} sentences.`,
    prompt: text,
  });
  return Response.json({ summary });
}
