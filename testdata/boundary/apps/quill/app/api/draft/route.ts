import { auth } from "@clerk/nextjs/server";
import { openai } from "@ai-sdk/openai";
import { streamText } from "ai";
import { z } from "zod";

const Body = z.object({ brief: z.string().min(3).max(4000), tone: z.enum(["plain", "warm", "formal"]) });

export async function POST(req: Request) {
  const { userId, orgId } = await auth();
  if (!userId || !orgId) return new Response("sign in first", { status: 401 });
  const { brief, tone } = Body.parse(await req.json());
  const result = streamText({
    model: openai("gpt-4.1-mini"),
    system: `You draft short texts in a ${tone} tone. Never invent facts.`,
    prompt: brief,
    providerOptions: { openai: { user: `${orgId}:${userId}` } },
  });
  return result.toTextStreamResponse();
}
