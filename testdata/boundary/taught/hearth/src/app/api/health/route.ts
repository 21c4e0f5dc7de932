import { sql } from "drizzle-orm";
import { db } from "@/lib/db";

// Asked by the load balancer, so it is open. It says nothing but "up".
export async function GET() {
  await db.execute(sql`select 1`);
  return Response.json({ up: true });
}
