import { openai } from "@ai-sdk/openai";
import { convertToModelMessages, streamText, type UIMessage } from "ai";
import { auth } from "@clerk/nextjs/server";
import { issuesOf } from "@/lib/issues";

export const maxDuration = 30;

export async function POST(req: Request) {
  const { orgId } = await auth();
  const { messages }: { messages: UIMessage[] } = await req.json();
  const issues = await issuesOf(orgId!);
  const result = streamText({
    model: openai("gpt-4.1"),
    system: `You draft newsletters. Earlier issues:\n${issues.join("\n---\n")}`,
    messages: convertToModelMessages(messages),
  });
  return result.toUIMessageStreamResponse();
}
