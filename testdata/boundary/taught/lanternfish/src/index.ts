import { clerkMiddleware } from "@hono/clerk-auth";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { secureHeaders } from "hono/secure-headers";
import type { Env } from "./env";
import { hooks } from "./hooks";
import { identify } from "./identify";
import { signedIn } from "./signed-in";
import { species } from "./species";

const app = new Hono<Env>();

app.use(secureHeaders());
app.use("/v1/*", cors({ origin: "https://app.lanternfish.example", credentials: true }));
app.use("/v1/*", clerkMiddleware());
app.use("/v1/identify/*", signedIn);

app.get("/", (c) => c.text("lanternfish"));
app.route("/hooks", hooks);
app.route("/v1/species", species);
app.route("/v1/identify", identify);

export default app;
