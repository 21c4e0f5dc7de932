import type { NextApiRequest, NextApiResponse } from "next";
import OpenAI from "openai";
import { Pinecone } from "@pinecone-database/pinecone";

const openai = new OpenAI({ apiKey: process.env.OPENAI_API_KEY });
const index = new Pinecone({ apiKey: process.env.PINECONE_API_KEY! }).index("surveys");

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const question = String(req.body.question ?? "").slice(0, 500);
  const e = await openai.embeddings.create({ model: "text-embedding-3-small", input: question });
  const near = await index.query({ vector: e.data[0].embedding, topK: 5, includeMetadata: true });
  res.json({ passages: near.matches.map((m) => m.metadata?.text) });
}
