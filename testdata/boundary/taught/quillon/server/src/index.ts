import env from "@fastify/env";
import rateLimit from "@fastify/rate-limit";
import auth0 from "@auth0/auth0-fastify-api";
import Fastify from "fastify";
import { explain } from "./explain.js";
import { schema } from "./settings.js";

const app = Fastify({ logger: true, bodyLimit: 65536 });

await app.register(env, { schema });
await app.register(rateLimit, { max: 30, timeWindow: "1 minute" });
await app.register(auth0, { domain: app.config.AUTH0_DOMAIN, audience: app.config.AUTH0_AUDIENCE });

app.get("/up", async () => ({ up: true }));
await app.register(
  async (scope) => {
    scope.addHook("preHandler", app.requireAuth());
    await scope.register(explain);
  },
  { prefix: "/v1" },
);

await app.listen({ port: app.config.PORT, host: "0.0.0.0" });
