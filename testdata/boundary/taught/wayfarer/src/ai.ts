import OpenAI from "openai";

export const openai = new OpenAI({ maxRetries: 1, timeout: 20_000 });

export async function ask(instructions: string, input: string) {
  const reply = await openai.responses.create({ model: "gpt-5-mini", instructions, input: input.slice(0, 4000) });
  return reply.output_text;
}
