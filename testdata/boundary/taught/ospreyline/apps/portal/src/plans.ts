import { Router } from "express";
import OpenAI from "openai";
import { planner } from "./guard.js";
import { shiftsOf } from "./db.js";

const openai = new OpenAI();
export const plans = Router();

plans.post("/explain", async (req, res) => {
  const shifts = await shiftsOf(req.hostname, req.body.week);
  const answer = await openai.responses.create({
    model: "gpt-5-mini",
    input: `Explain this week to the crew:\n${JSON.stringify(shifts)}`,
  });
  res.json({ text: answer.output_text });
});

plans.post("/propose", planner, async (req, res) => {
  const answer = await openai.responses.create({ model: "gpt-5", input: `Propose shifts: ${JSON.stringify(req.body)}` });
  res.json({ text: answer.output_text });
});
