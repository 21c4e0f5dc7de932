import Fastify from "fastify";
import { okta } from "./okta.js";
import { watches } from "./watches.js";

const app = Fastify({ logger: true });

app.get("/_ah/warmup", async () => "warm");
app.register(okta);
app.register(watches, { prefix: "/api/watches" });

await app.listen({ port: Number(process.env.PORT ?? 8080), host: "0.0.0.0" });
