import { Router } from "express";
import { ask } from "../ai.js";
import { knex } from "../db.js";

export const itineraries = Router();

itineraries.get("/", async (req, res) => {
  res.json(await knex("itinerary").where({ traveller: req.user!.id }));
});

itineraries.post("/", async (req, res) => {
  const plan = await ask("Plan a journey by train, day by day.", String(req.body.wish));
  const [row] = await knex("itinerary").insert({ traveller: req.user!.id, plan }).returning("*");
  res.status(201).json(row);
});
