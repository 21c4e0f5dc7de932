import { anthropic } from "@ai-sdk/anthropic";
import { generateObject } from "ai";
import { z } from "zod";

import { saveCards } from "@/lib/decks";
import { viewer } from "@/lib/viewer";

const Body = z.object({ deck: z.uuid(), text: z.string().max(20_000) });
const Cards = z.object({ cards: z.array(z.object({ front: z.string(), back: z.string() })).max(40) });

export async function POST(request: Request) {
  const me = await viewer();
  const { deck, text } = Body.parse(await request.json());
  const { object } = await generateObject({
    model: anthropic("claude-haiku-4-5"),
    schema: Cards,
    prompt: `Make study cards of this text:\n\n${text}`,
  });
  await saveCards(me.id, deck, object.cards);
  return Response.json(object);
}
