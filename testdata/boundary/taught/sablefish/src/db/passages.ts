import { eq } from "drizzle-orm";
import { db } from "@/db";
import { passages } from "./schema";

export async function passagesOf(org: string): Promise<string> {
  const rows = await db.select().from(passages).where(eq(passages.organizationId, org)).limit(20);
  return rows.map((r) => r.body).join("\n");
}
