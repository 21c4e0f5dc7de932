import { Router } from "express";

import { openai } from "../llm.js";
import { pool } from "../db.js";

export const hooks = Router();

hooks.post("/openai", async (req, res) => {
  // throws when the signature does not fit OPENAI_WEBHOOK_SECRET
  const event = await openai.webhooks.unwrap(req.body, req.headers);
  if (event.type === "batch.completed") {
    await pool.query("update batches set state = 'done' where openai_id = $1", [event.data.id]);
  }
  res.sendStatus(204);
});
