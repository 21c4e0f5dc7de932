import Groq from "groq-sdk";
import { createMiddleware } from "hono/factory";

import type { Env } from "./index";

/** Lets through what Llama Guard calls safe. */
export const mildEnough = createMiddleware<Env>(async (c, next) => {
  const { what } = await c.req.json<{ what: string }>();
  const groq = new Groq({ apiKey: c.env.GROQ_API_KEY });
  const verdict = await groq.chat.completions.create({
    model: "meta-llama/llama-guard-4-12b",
    messages: [{ role: "user", content: what }],
  });
  if (verdict.choices[0]?.message.content?.startsWith("unsafe")) {
    return c.json({ error: "not allowed" }, 403);
  }
  await next();
});
