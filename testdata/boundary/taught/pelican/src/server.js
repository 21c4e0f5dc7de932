import express from "express";
import oidc from "express-openid-connect";
import rateLimit from "express-rate-limit";
import helmet from "helmet";
import pino from "pino-http";

import { config } from "./config.js";
import { disputes } from "./routes/disputes.js";
import { hooks } from "./routes/hooks.js";
import { invitations } from "./routes/invitations.js";

const { auth, requiresAuth } = oidc;
const app = express();

app.use(helmet(), pino());
app.use("/hooks", express.text({ type: "application/json" }), hooks);
app.use(
  auth({
    authRequired: false,
    baseURL: config.baseURL,
    authorizationParams: { response_type: "code", scope: "openid profile email" },
    session: { rollingDuration: 60 * 60 * 8, absoluteDuration: 60 * 60 * 24 },
    ...config.auth0,
  }),
);
app.use(express.json({ limit: "200kb" }));

app.get("/healthz", (_req, res) => res.json({ ok: true }));
app.use("/join", rateLimit({ windowMs: 60_000, limit: 10 }), invitations);
app.use("/api", requiresAuth(), rateLimit({ windowMs: 60_000, limit: 120 }));
app.use("/api/disputes", disputes);

app.listen(config.port);
