import { verifyWebhook } from "@clerk/nextjs/webhooks";
import type { NextRequest } from "next/server";
import { eq } from "drizzle-orm";
import { db, drafts, members } from "@/lib/db";

export async function POST(req: NextRequest) {
  const event = await verifyWebhook(req).catch(() => null);
  if (!event) return new Response("bad signature", { status: 400 });
  if (event.type === "user.deleted") await db.delete(members).where(eq(members.userId, event.data.id!));
  if (event.type === "organization.deleted") await db.delete(drafts).where(eq(drafts.orgId, event.data.id!));
  return new Response(null, { status: 204 });
}
