"use server";

import { anthropic } from "@ai-sdk/anthropic";
import { generateText } from "ai";
import { z } from "zod";

const Pitch = z.object({ pitch: z.string().min(20).max(1200) });

export async function sharpenPitch(_: unknown, form: FormData) {
  const { pitch } = Pitch.parse(Object.fromEntries(form));
  const { text } = await generateText({
    model: anthropic("claude-haiku-4-5"),
    prompt: `Make this pitch of a project sharper:\n${pitch}`,
  });
  return { text };
}
