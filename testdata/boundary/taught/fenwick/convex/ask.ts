"use node";

import { getAuthUserId } from "@convex-dev/auth/server";
import { ConvexError, v } from "convex/values";
import OpenAI from "openai";
import { api } from "./_generated/api";
import { action } from "./_generated/server";

export const question = action({
  args: { text: v.string() },
  handler: async (ctx, { text }): Promise<string> => {
    if ((await getAuthUserId(ctx)) === null) throw new ConvexError("sign in");
    const entries = await ctx.runQuery(api.diary.mine, {});
    const openai = new OpenAI({ apiKey: process.env.OPENAI_API_KEY });
    const reply = await openai.chat.completions.create({
      model: "gpt-5-mini",
      messages: [
        { role: "system", content: `Answer from these notes:\n${entries.map((e) => e.text).join("\n")}` },
        { role: "user", content: text },
      ],
    });
    return reply.choices[0].message.content ?? "";
  },
});
