import cors from "cors";
import { Router } from "express";
import { describe } from "../openai.js";
import { screened } from "../screen.js";

export const widget = Router();

widget.use(cors({ origin: true }));

widget.post("/classify", screened, async (req, res) => {
  res.json({ text: await describe(String(req.body.text).slice(0, 2000)) });
});
