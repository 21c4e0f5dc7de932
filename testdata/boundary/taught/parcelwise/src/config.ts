function need(name: string): string {
  const v = process.env[name];
  if (!v) throw new Error(`${name} is not set`);
  return v;
}

export const config = {
  port: Number(process.env.PORT ?? 8080),
  databaseUrl: need("DATABASE_URL"),
  openaiKey: need("OPENAI_API_KEY"),
  carrierKey: need("CARRIER_API_KEY"),
  callbackSecret: need("CARRIER_CALLBACK_SECRET"),
};
