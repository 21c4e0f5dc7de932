import { anthropic } from "@ai-sdk/anthropic";
import { streamText } from "ai";
import { z } from "zod";

export const maxDuration = 60;

const Body = z.object({ topic: z.string().min(3).max(400), level: z.enum(["school", "university"]) });

export async function POST(request: Request) {
  const body = Body.safeParse(await request.json());
  if (!body.success) return Response.json({ error: "bad request" }, { status: 400 });
  const { topic, level } = body.data;
  const result = streamText({
    model: anthropic("claude-sonnet-4-5"),
    system: `You write outlines for ${level} students. Five sections, two lines each.`,
    prompt: topic,
    maxOutputTokens: 1200,
  });
  return result.toTextStreamResponse();
}
