import { Router } from "express";
import { planner } from "./guard.js";
import { invite, crewOf } from "./db.js";

export const crew = Router();
crew.get("/", async (req, res) => void res.json(await crewOf(req.hostname)));
crew.post("/", planner, async (req, res) => {
  res.status(201).json(await invite(req.hostname, req.body.email));
});
