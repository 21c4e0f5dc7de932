import { Hono } from "hono";
import OpenAI from "openai";

// The gateway speaks OpenAI's protocol; which model answers is its affair.
const gateway = new OpenAI({ baseURL: process.env.LITELLM_URL, apiKey: process.env.LITELLM_API_KEY });

export const plain = new Hono().post("/", async (c) => {
  const { letter } = await c.req.json<{ letter: string }>();
  const reply = await gateway.chat.completions.create({
    model: "plain-words",
    messages: [
      { role: "system", content: "Say this letter from a council in plain words. Keep every date." },
      { role: "user", content: letter.slice(0, 8000) },
    ],
  });
  return c.json({ text: reply.choices[0].message.content });
});
