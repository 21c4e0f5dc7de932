import { convertToModelMessages, streamText } from "ai";
import { NotAllowed, requireMember } from "@/lib/guard";
import { openrouter } from "@/lib/model";
import { screen } from "@/lib/screen";
import { passagesOf } from "@/db/passages";

export async function POST(req: Request) {
  try {
    const { org } = await requireMember();
    const { messages } = await req.json();
    const last = JSON.stringify(messages.at(-1));
    if (!screen(last)) return new Response("not that", { status: 422 });
    const result = streamText({
      model: openrouter.chat("anthropic/claude-sonnet-4.5"),
      system: "Answer the tender's question from the firm's own passages.\n" + (await passagesOf(org)),
      messages: convertToModelMessages(messages),
    });
    return result.toUIMessageStreamResponse();
  } catch (e) {
    if (e instanceof NotAllowed) return new Response(e.message, { status: 401 });
    throw e;
  }
}
