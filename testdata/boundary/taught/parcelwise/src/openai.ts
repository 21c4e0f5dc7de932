import OpenAI from "openai";
import { config } from "./config.js";

export const openai = new OpenAI({ apiKey: config.openaiKey, maxRetries: 2 });

export async function describe(text: string): Promise<string> {
  const r = await openai.responses.create({
    model: "gpt-5-mini",
    instructions: "Answer with a customs description in English and the six-digit HS code.",
    input: text,
  });
  return r.output_text;
}
