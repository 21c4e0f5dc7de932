import Groq from "groq-sdk";

let client: Groq | undefined;

export function useGroq(event: H3Event) {
  client ??= new Groq({ apiKey: useRuntimeConfig(event).groqApiKey });
  return client;
}
