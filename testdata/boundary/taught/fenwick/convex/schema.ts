import { authTables } from "@convex-dev/auth/server";
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  ...authTables,
  entries: defineTable({ userId: v.id("users"), text: v.string(), tags: v.optional(v.array(v.string())) }).index("by_user", ["userId"]),
  sensors: defineTable({ token: v.string(), hide: v.string() }).index("by_token", ["token"]),
  counts: defineTable({ sensor: v.id("sensors"), n: v.number() }),
});
