import express from "express";
import session from "express-session";
import connectPgSimple from "connect-pg-simple";
import passport from "passport";
import { authRouter } from "./saml.js";
import { plans } from "./plans.js";
import { scim } from "./scim.js";
import { crew } from "./crew.js";
import { signedIn } from "./guard.js";
import { pool } from "./db.js";

const PgStore = connectPgSimple(session);
const app = express();
app.set("trust proxy", 1);
app.use(
  session({
    store: new PgStore({ pool }),
    secret: process.env.SESSION_SECRET ?? process.env.OPENAI_API_KEY!,
    resave: false,
    saveUninitialized: false,
    cookie: { secure: true, sameSite: "lax", maxAge: 10 * 60 * 60 * 1000 },
  }),
);
app.use(passport.initialize());
app.use(passport.session());

app.get("/status", (_req, res) => void res.json({ up: true }));
app.use("/auth", express.urlencoded({ extended: false }), authRouter);
app.use("/scim/v2", express.json({ type: ["application/json", "application/scim+json"] }), scim);
app.use("/api/plans", signedIn, express.json(), plans);
app.use("/api/crew", signedIn, express.json(), crew);
app.listen(8080);
