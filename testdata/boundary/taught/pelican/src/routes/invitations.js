import { createHmac, timingSafeEqual } from "node:crypto";
import { Router } from "express";

import { config } from "../config.js";
import { pool } from "../db.js";

const sign = (text) => createHmac("sha256", config.openai.apiKey).update(text).digest("base64url");

/** A link that makes its holder a member of the carrier for three days. */
export function invitation(carrier, email) {
  const text = JSON.stringify({ carrier, email, until: Date.now() + 3 * 24 * 3600_000 });
  return `${config.baseURL}/join/${Buffer.from(text).toString("base64url")}.${sign(text)}`;
}

export const invitations = Router();

invitations.get("/:ticket", async (req, res) => {
  const [body, mac] = req.params.ticket.split(".");
  const text = Buffer.from(body, "base64url").toString();
  const want = Buffer.from(sign(text));
  const got = Buffer.from(mac ?? "");
  if (got.length !== want.length || !timingSafeEqual(got, want)) return res.sendStatus(403);
  const { carrier, email, until } = JSON.parse(text);
  if (until < Date.now()) return res.sendStatus(410);
  await pool.query("insert into members (carrier, email) values ($1, $2)", [carrier, email]);
  res.oidc.login({ returnTo: "/", authorizationParams: { login_hint: email } });
});
