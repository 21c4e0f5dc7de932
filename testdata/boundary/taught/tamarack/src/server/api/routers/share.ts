import { createHmac, timingSafeEqual } from "node:crypto";
import { TRPCError } from "@trpc/server";
import { z } from "zod";
import { env } from "~/env";
import { createTRPCRouter, protectedProcedure, publicProcedure } from "../trpc";

const stamp = (id: string) => createHmac("sha256", env.OPENROUTER_API_KEY).update(`draft:${id}`).digest("base64url");

export const share = createTRPCRouter({
  link: protectedProcedure.input(z.object({ id: z.string() })).mutation(async ({ input, ctx }) => {
    await ctx.db.draft.findFirstOrThrow({ where: { id: input.id, userId: ctx.session.user.id } });
    return { path: `/shared/${input.id}?s=${stamp(input.id)}` };
  }),

  read: publicProcedure.input(z.object({ id: z.string(), s: z.string() })).query(({ input, ctx }) => {
    const want = Buffer.from(stamp(input.id));
    const got = Buffer.from(input.s);
    if (want.length !== got.length || !timingSafeEqual(want, got)) throw new TRPCError({ code: "NOT_FOUND" });
    return ctx.db.draft.findUniqueOrThrow({ where: { id: input.id }, select: { text: true } });
  }),
});
