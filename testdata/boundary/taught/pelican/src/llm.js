import { Pinecone } from "@pinecone-database/pinecone";
import OpenAI from "openai";

import { config } from "./config.js";

export const openai = new OpenAI(config.openai);
const tariffs = new Pinecone({ apiKey: config.pinecone.apiKey }).index(config.pinecone.index);

export async function ask(dispute) {
  const { data } = await openai.embeddings.create({ model: "text-embedding-3-small", input: dispute.text });
  const near = await tariffs.query({ vector: data[0].embedding, topK: 6, includeMetadata: true });
  const out = await openai.responses.create({
    model: "gpt-5-mini",
    instructions: "Write a letter to the shipper. Quote the tariff's paragraphs.",
    input: JSON.stringify({ dispute, tariff: near.matches.map((m) => m.metadata.text) }),
  });
  return out.output_text;
}
