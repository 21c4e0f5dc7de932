import argon2 from "argon2";
import { Router } from "express";
import jwt from "jsonwebtoken";
import { config } from "../config.js";
import { db } from "../db.js";

export const login = Router();

login.post("/", async (req, res) => {
  const found = await db.query("select id, hash from owners where email = $1", [req.body.email]);
  const owner = found.rows[0];
  if (!owner || !(await argon2.verify(owner.hash, req.body.password))) return res.sendStatus(401);
  res.json({ token: jwt.sign({ sub: owner.id }, config.openaiKey, { algorithm: "HS256", issuer: "parcelwise", expiresIn: "12h" }) });
});
