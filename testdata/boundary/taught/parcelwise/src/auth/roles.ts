import type { RequestHandler } from "express";

export const only = (role: "owner" | "clerk"): RequestHandler => (req, res, next) =>
  (req.user as { role: string }).role === role ? next() : res.sendStatus(403);
