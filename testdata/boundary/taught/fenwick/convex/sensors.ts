import { v } from "convex/values";
import { internalMutation, internalQuery } from "./_generated/server";

export const byToken = internalQuery({
  args: { token: v.string() },
  handler: (ctx, { token }) => ctx.db.query("sensors").withIndex("by_token", (q) => q.eq("token", token)).unique(),
});

export const count = internalMutation({
  args: { sensor: v.id("sensors"), n: v.number() },
  handler: (ctx, { sensor, n }) => ctx.db.insert("counts", { sensor, n }),
});
