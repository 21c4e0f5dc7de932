"use server";

import { anthropic } from "@ai-sdk/anthropic";
import { generateText } from "ai";

import { cardsOf } from "@/lib/decks";
import { viewer } from "@/lib/viewer";

export async function askQuestion(deck: string) {
  const me = await viewer();
  const cards = await cardsOf(me.id, deck);
  const { text } = await generateText({
    model: anthropic("claude-haiku-4-5"),
    prompt: `Ask one question about these cards, and do not give the answer:\n${JSON.stringify(cards)}`,
  });
  return text;
}
