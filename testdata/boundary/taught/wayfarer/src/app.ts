import express from "express";
import { rateLimit } from "express-rate-limit";
import helmet from "helmet";
import passport from "passport";
import "./auth/strategies.js";
import { authRouter } from "./auth/router.js";
import { itineraries } from "./routes/itineraries.js";
import { places } from "./routes/places.js";
import { phrases } from "./routes/phrases.js";

export function createApp() {
  const app = express();
  const signedIn = passport.authenticate("jwt", { session: false });

  app.disable("x-powered-by");
  app.use(helmet());
  app.use(express.json({ limit: "32kb" }));
  app.use("/api", rateLimit({ windowMs: 60_000, limit: 120 }));

  app.get("/healthz", (_req, res) => void res.send("ok"));
  app.use("/auth", authRouter);
  app.use("/api/v4/itineraries", signedIn, itineraries);
  app.use("/api/v4/places", places);

  app.use(signedIn);
  app.use("/api/v4/phrases", phrases);
  return app;
}
