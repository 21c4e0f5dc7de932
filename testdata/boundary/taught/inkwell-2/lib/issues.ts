import { sql } from "./db";

export async function issuesOf(orgId: string): Promise<string[]> {
  const rows = await sql`select body from issues where org_id = ${orgId} order by sent_at desc limit 5`;
  return rows.map((r) => r.body as string);
}
