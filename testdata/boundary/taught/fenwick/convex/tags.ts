"use node";

import { v } from "convex/values";
import OpenAI from "openai";
import { internal } from "./_generated/api";
import { internalAction } from "./_generated/server";

// Internal: no client can call it, only diary.write schedules it.
export const suggest = internalAction({
  args: { id: v.id("entries"), text: v.string() },
  handler: async (ctx, { id, text }) => {
    const openai = new OpenAI({ apiKey: process.env.OPENAI_API_KEY });
    const reply = await openai.chat.completions.create({
      model: "gpt-5-nano",
      messages: [
        { role: "system", content: "At most five tags for a note on wetlands, separated by commas." },
        { role: "user", content: text },
      ],
    });
    const tags = (reply.choices[0].message.content ?? "").split(",").map((t) => t.trim());
    await ctx.runMutation(internal.diary.tag, { id, tags });
  },
});
