import { Router } from "express";
import { ask } from "../ai.js";
import { knex } from "../db.js";

export const places = Router();

// The guide is open: search engines read it.
places.get("/:slug", async (req, res) => {
  const place = await knex("place").where({ slug: req.params.slug }).first();
  if (!place) return void res.sendStatus(404);
  res.json(place);
});

places.post("/:slug/question", async (req, res) => {
  const place = await knex("place").where({ slug: req.params.slug }).first();
  const text = await ask(`You know this place well: ${place.about}`, String(req.body.question));
  res.json({ text });
});
