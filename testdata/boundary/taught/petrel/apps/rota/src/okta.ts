import OktaJwtVerifier from "@okta/jwt-verifier";
import fp from "fastify-plugin";

const verifier = new OktaJwtVerifier({ issuer: process.env.OKTA_ISSUER! });

// fastify-plugin: the hook holds for all that is registered beside it, not only in here.
export const okta = fp(async (app) => {
  app.decorateRequest("mate", "");
  app.addHook("onRequest", async (request, reply) => {
    if (request.url === "/_ah/warmup") return;
    try {
      const token = request.headers.authorization?.slice(7) ?? "";
      const { claims } = await verifier.verifyAccessToken(token, "api://rota");
      request.mate = String(claims.sub);
    } catch {
      return reply.code(401).send();
    }
  });
});

declare module "fastify" {
  interface FastifyRequest {
    mate: string;
  }
}
