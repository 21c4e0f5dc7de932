import { getAuth } from "@hono/clerk-auth";
import { createMiddleware } from "hono/factory";
import { HTTPException } from "hono/http-exception";
import type { Env } from "./env";

export const signedIn = createMiddleware<Env>(async (c, next) => {
  const { userId, orgId } = getAuth(c) ?? {};
  if (!userId || !orgId) throw new HTTPException(401, { message: "sign in" });
  c.set("who", userId);
  c.set("club", orgId);
  await next();
});
