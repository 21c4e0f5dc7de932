import type { NextFunction, Request, Response } from "express";

export function signedIn(req: Request, res: Response, next: NextFunction) {
  if (req.isAuthenticated()) return next();
  res.status(401).json({ error: "sign in" });
}

export function planner(req: Request, res: Response, next: NextFunction) {
  const user = req.user as { role?: string } | undefined;
  if (user?.role === "planner") return next();
  res.status(403).json({ error: "planners only" });
}
