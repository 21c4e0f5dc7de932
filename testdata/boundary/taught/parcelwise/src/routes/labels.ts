import { Router } from "express";
import { only } from "../auth/roles.js";
import { db } from "../db.js";
import { describe } from "../openai.js";

export const labels = Router();

labels.post("/", async (req, res) => {
  const { shop_id } = req.user as { shop_id: string };
  const text = await describe(req.body.text);
  await db.query("insert into labels (shop_id, text) values ($1, $2)", [shop_id, text]);
  res.status(201).json({ text });
});

labels.get("/", async (req, res) => {
  const { shop_id } = req.user as { shop_id: string };
  res.json((await db.query("select * from labels where shop_id = $1", [shop_id])).rows);
});

labels.delete("/:id", only("owner"), async (req, res) => {
  const { shop_id } = req.user as { shop_id: string };
  await db.query("delete from labels where id = $1 and shop_id = $2", [req.params.id, shop_id]);
  res.sendStatus(204);
});
