import { WorkOS } from "@workos-inc/node";
import { users } from "./store.js";

const workos = new WorkOS(process.env.WORKOS_API_KEY);

export async function directoryEvents(req, res) {
  const event = await workos.webhooks.constructEvent({
    payload: JSON.parse(req.body),
    sigHeader: req.header("workos-signature"),
    secret: process.env.WORKOS_WEBHOOK_SECRET,
  });
  if (event.event === "dsync.user.created") await users.add(event.data);
  if (event.event === "dsync.user.deleted") await users.close(event.data.id);
  res.status(204).end();
}
