import node from "@astrojs/node";
import { defineConfig, envField } from "astro/config";

export default defineConfig({
  output: "server",
  adapter: node({ mode: "standalone" }),
  security: { checkOrigin: true },
  env: {
    schema: {
      COGNITO_USER_POOL_ID: envField.string({ context: "server", access: "secret" }),
      COGNITO_CLIENT_ID: envField.string({ context: "server", access: "public" }),
      BEDROCK_MODEL: envField.string({ context: "server", access: "public", default: "eu.amazon.nova-lite-v1:0" }),
    },
  },
});
