import { onRequest } from "firebase-functions/v2/https";

// The uptime check's. Says the version and nothing else.
export const ping = onRequest({ invoker: "public" }, (_request, response) => {
  response.json({ version: process.env.K_REVISION ?? "local" });
});
