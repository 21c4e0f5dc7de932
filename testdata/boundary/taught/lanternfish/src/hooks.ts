import { Hono } from "hono";
import { Webhook } from "svix";
import type { Env } from "./env";

interface Event {
  type: string;
  data: { id: string };
}

export const hooks = new Hono<Env>().post("/clerk", async (c) => {
  const hook = new Webhook(c.env.CLERK_WEBHOOK_SECRET);
  const event = hook.verify(await c.req.text(), {
    "svix-id": c.req.header("svix-id") ?? "",
    "svix-timestamp": c.req.header("svix-timestamp") ?? "",
    "svix-signature": c.req.header("svix-signature") ?? "",
  }) as Event;
  if (event.type === "user.deleted") {
    await c.env.DB.prepare("delete from sighting where who = ?1").bind(event.data.id).run();
  }
  return c.body(null, 204);
});
