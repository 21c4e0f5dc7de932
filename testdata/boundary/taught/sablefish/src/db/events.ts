import { db } from "@/db";
import { auditEvents } from "./schema";

export async function noteEvent(action: string, actorId: string, ip?: string | null) {
  await db.insert(auditEvents).values({ action, actorId, ip, at: new Date() });
}
