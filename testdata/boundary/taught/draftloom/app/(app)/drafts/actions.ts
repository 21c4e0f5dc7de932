"use server";

import { anthropic } from "@ai-sdk/anthropic";
import { auth } from "@clerk/nextjs/server";
import { generateText } from "ai";
import { and, eq } from "drizzle-orm";
import { db, drafts } from "@/lib/db";

export async function writeSection(draftId: string, section: string) {
  const { userId, orgId } = await auth();
  if (!userId || !orgId) throw new Error("Sign in first");
  const [draft] = await db.select().from(drafts).where(and(eq(drafts.id, draftId), eq(drafts.orgId, orgId)));
  if (!draft) throw new Error("No such draft");
  const { text } = await generateText({
    model: anthropic("claude-sonnet-4-5"),
    system: "You write sections of grant applications. Keep to the call's wording.",
    prompt: `${draft.call}\n\nSection: ${section}`,
  });
  await db.update(drafts).set({ body: `${draft.body}\n\n${text}` }).where(eq(drafts.id, draftId));
  return text;
}

export async function removeDraft(draftId: string) {
  const { orgId, has } = await auth();
  if (!orgId || !has({ role: "org:admin" })) throw new Error("Only an administrator removes drafts");
  await db.delete(drafts).where(and(eq(drafts.id, draftId), eq(drafts.orgId, orgId)));
}
