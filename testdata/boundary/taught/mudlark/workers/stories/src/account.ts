import { Hono } from "hono";
import { sign } from "hono/jwt";

import type { Env } from "./index";

export const account = new Hono<Env>();

const derive = async (password: string, salt: string) => {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(password), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits(
    { name: "PBKDF2", hash: "SHA-256", salt: new TextEncoder().encode(salt), iterations: 100_000 },
    key,
    256,
  );
  return btoa(String.fromCharCode(...new Uint8Array(bits)));
};

account.post("/sign-in", async (c) => {
  const { email, password } = await c.req.json<{ email: string; password: string }>();
  const row = await c.env.DB.prepare("select id, salt, hash from finders where email = ?")
    .bind(email.toLowerCase())
    .first<{ id: string; salt: string; hash: string }>();
  if (!row || (await derive(password, row.salt)) !== row.hash) return c.json({ error: "no" }, 401);
  const exp = Math.floor(Date.now() / 1000) + 12 * 3600;
  return c.json({ token: await sign({ sub: row.id, iss: c.env.ISSUER, exp }, c.env.JWT_SECRET) });
});
