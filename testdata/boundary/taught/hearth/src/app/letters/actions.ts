"use server";

import { anthropic } from "@ai-sdk/anthropic";
import { generateText } from "ai";
import { revalidatePath } from "next/cache";
import { z } from "zod";
import { db } from "@/lib/db";
import { letter } from "@/lib/schema";
import { viewer } from "@/lib/viewer";

const Request = z.object({ to: z.string().max(80), about: z.string().max(2000) });

export async function writeLetter(form: FormData) {
  const me = await viewer();
  const asked = Request.parse(Object.fromEntries(form));
  const { text } = await generateText({
    model: anthropic("claude-sonnet-4-5"),
    system: "You help grandparents to write letters. Plain words, no flattery.",
    prompt: `To ${asked.to}, about: ${asked.about}`,
  });
  await db.insert(letter).values({ household: me.household, author: me.id, body: text });
  revalidatePath("/letters");
}
