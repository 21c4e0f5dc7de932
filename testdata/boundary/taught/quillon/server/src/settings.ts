export const schema = {
  type: "object",
  required: ["AUTH0_DOMAIN", "AUTH0_AUDIENCE", "OPENAI_ADMIN_KEY"],
  properties: {
    PORT: { type: "number", default: 8080 },
    AUTH0_DOMAIN: { type: "string" },
    AUTH0_AUDIENCE: { type: "string" },
    OPENAI_ADMIN_KEY: { type: "string" },
  },
} as const;

declare module "fastify" {
  interface FastifyInstance {
    config: { PORT: number; AUTH0_DOMAIN: string; AUTH0_AUDIENCE: string; OPENAI_ADMIN_KEY: string };
  }
}
