import { getAuthUserId } from "@convex-dev/auth/server";
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalMutation, mutation, query } from "./_generated/server";

export const mine = query({
  args: {},
  handler: async (ctx) => {
    const userId = await getAuthUserId(ctx);
    if (userId === null) return [];
    return ctx.db.query("entries").withIndex("by_user", (q) => q.eq("userId", userId)).collect();
  },
});

export const write = mutation({
  args: { text: v.string() },
  handler: async (ctx, { text }) => {
    const userId = await getAuthUserId(ctx);
    if (userId === null) throw new Error("sign in");
    const id = await ctx.db.insert("entries", { userId, text });
    await ctx.scheduler.runAfter(0, internal.tags.suggest, { id, text });
    return id;
  },
});

export const tag = internalMutation({
  args: { id: v.id("entries"), tags: v.array(v.string()) },
  handler: (ctx, { id, tags }) => ctx.db.patch(id, { tags }),
});
