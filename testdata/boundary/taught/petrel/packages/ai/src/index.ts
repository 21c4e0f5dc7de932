import { GoogleGenAI } from "@google/genai";
import { CohereClientV2 } from "cohere-ai";

const gemini = new GoogleGenAI({ apiKey: process.env.GEMINI_API_KEY });

export async function propose(task: string, facts: string): Promise<string> {
  const reply = await gemini.models.generateContent({
    model: "gemini-2.5-flash",
    contents: facts,
    config: { systemInstruction: task, temperature: 0.3 },
  });
  return reply.text ?? "";
}

export async function best(query: string, documents: string[]) {
  const cohere = new CohereClientV2({ token: process.env.COHERE_API_KEY });
  const { results } = await cohere.rerank({ model: "rerank-v3.5", query, documents, topN: 5 });
  return results.map((r) => documents[r.index]);
}
