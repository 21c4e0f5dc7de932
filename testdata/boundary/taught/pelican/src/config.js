const need = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
};

export const config = {
  port: Number(process.env.PORT ?? 8080),
  baseURL: need("BASE_URL"),
  openai: { apiKey: need("OPENAI_API_KEY"), webhookSecret: need("OPENAI_WEBHOOK_SECRET") },
  pinecone: { apiKey: need("PINECONE_API_KEY"), index: process.env.PINECONE_INDEX ?? "tariffs" },
  auth0: {
    issuerBaseURL: need("AUTH0_ISSUER_BASE_URL"),
    clientID: need("AUTH0_CLIENT_ID"),
    clientSecret: need("AUTH0_CLIENT_SECRET"),
    secret: need("AUTH0_SECRET"),
  },
};
