import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { plain } from "./plain.ts";

const issuer = process.env.KEYCLOAK_ISSUER!;
const keys = createRemoteJWKSet(new URL(`${issuer}/protocol/openid-connect/certs`));

const app = new Hono();

app.get("/up", (c) => c.text("up"));

app.use(
  "/plain/*",
  bearerAuth({
    verifyToken: async (token) => {
      const { payload } = await jwtVerify(token, keys, { issuer, audience: "api" }).catch(() => ({ payload: null }));
      return payload !== null;
    },
  }),
);
app.route("/plain", plain);

serve({ fetch: app.fetch, port: 8080 });
