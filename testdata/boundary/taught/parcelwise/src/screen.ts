import type { RequestHandler } from "express";
import { openai } from "./openai.js";

/** Lets through what the moderation model finds harmless. */
export const screened: RequestHandler = async (req, res, next) => {
  const { results } = await openai.moderations.create({ model: "omni-moderation-latest", input: String(req.body.text) });
  if (results.some((r) => r.flagged)) return res.status(422).json({ error: "We cannot describe this." });
  next();
};
