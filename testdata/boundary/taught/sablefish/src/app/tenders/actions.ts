"use server";

import { generateText } from "ai";
import { revalidatePath } from "next/cache";
import { requireEditor } from "@/lib/guard";
import { openrouter } from "@/lib/model";
import { saveSummary, tenderOf } from "@/db/tenders";

export async function summarise(id: string) {
  const { org } = await requireEditor();
  const tender = await tenderOf(id, org);
  const { text } = await generateText({
    model: openrouter.chat("google/gemini-2.5-flash"),
    prompt: `Summarise for a site manager:\n${tender.body}`,
  });
  await saveSummary(id, org, text);
  revalidatePath("/tenders");
}
