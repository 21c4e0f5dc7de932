import { initTRPC, TRPCError } from "@trpc/server";
import superjson from "superjson";
import { auth } from "~/server/auth";
import { db } from "~/server/db";

export const createTRPCContext = async (opts: { headers: Headers }) => ({ db, session: await auth(), ...opts });

const t = initTRPC.context<typeof createTRPCContext>().create({ transformer: superjson });

export const createTRPCRouter = t.router;
export const createCallerFactory = t.createCallerFactory;

export const publicProcedure = t.procedure;

export const protectedProcedure = t.procedure.use(({ ctx, next }) => {
  if (!ctx.session?.user) throw new TRPCError({ code: "UNAUTHORIZED" });
  return next({ ctx: { ...ctx, session: { ...ctx.session, user: ctx.session.user } } });
});

/** Whoever pays; builds on protectedProcedure. */
export const memberProcedure = protectedProcedure.use(async ({ ctx, next }) => {
  const member = await ctx.db.member.findUnique({ where: { userId: ctx.session.user.id } });
  if (!member) throw new TRPCError({ code: "FORBIDDEN" });
  return next({ ctx: { ...ctx, member } });
});
