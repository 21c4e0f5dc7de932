import { createHmac, timingSafeEqual } from "node:crypto";
import express, { Router } from "express";
import { config } from "../config.js";
import { db } from "../db.js";
import { describe } from "../openai.js";

export const callbacks = Router();

callbacks.post("/carrier", express.raw({ type: "*/*" }), async (req, res) => {
  const mac = createHmac("sha256", config.callbackSecret).update(req.body).digest();
  const sent = Buffer.from(req.get("x-carrier-signature") ?? "", "hex");
  if (sent.length !== mac.length || !timingSafeEqual(mac, sent)) return res.sendStatus(401);
  const event = JSON.parse(req.body.toString());
  const text = await describe(event.contents);
  await db.query("update labels set text = $1 where tracking = $2", [text, event.tracking]);
  res.sendStatus(204);
});
