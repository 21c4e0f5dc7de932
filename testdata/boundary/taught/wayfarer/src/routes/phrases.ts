import { Router } from "express";
import { ask } from "../ai.js";

export const phrases = Router();

phrases.post("/", async (req, res) => {
  const { sentence, language } = req.body;
  res.json({ text: await ask(`Say it in ${String(language).slice(0, 20)}, politely.`, String(sentence)) });
});
