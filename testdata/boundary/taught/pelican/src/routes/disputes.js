import { Router } from "express";

import { ask } from "../llm.js";
import { pool } from "../db.js";

export const disputes = Router();

disputes.get("/", async (req, res) => {
  const { rows } = await pool.query("select * from disputes where carrier = $1", [req.oidc.user.org_id]);
  res.json(rows);
});

disputes.post("/:id/letter", async (req, res) => {
  const { rows } = await pool.query("select * from disputes where id = $1 and carrier = $2", [
    req.params.id,
    req.oidc.user.org_id,
  ]);
  if (!rows.length) return res.sendStatus(404);
  res.json({ letter: await ask(rows[0]) });
});
