import { createOpenRouter } from "@openrouter/ai-sdk-provider";
import { generateText } from "ai";
import { z } from "zod";
import { env } from "~/env";
import { createTRPCRouter, memberProcedure, protectedProcedure, publicProcedure } from "../trpc";

const openrouter = createOpenRouter({ apiKey: env.OPENROUTER_API_KEY });
const model = openrouter("qwen/qwen3-coder");

export const changelog = createTRPCRouter({
  plans: publicProcedure.query(() => [{ name: "one repository", euros: 0 }, { name: "ten", euros: 9 }]),

  draft: memberProcedure.input(z.object({ commits: z.array(z.string()).max(300) })).mutation(async ({ input, ctx }) => {
    const { text } = await generateText({ model, prompt: `Write release notes for:\n${input.commits.join("\n")}` });
    return ctx.db.draft.create({ data: { text, userId: ctx.session.user.id } });
  }),

  mine: protectedProcedure.query(({ ctx }) => ctx.db.draft.findMany({ where: { userId: ctx.session.user.id } })),

  rephrase: publicProcedure
    .input(z.object({ sentence: z.string().max(600), tone: z.enum(["plain", "cheerful"]) }))
    .mutation(async ({ input }) => {
      const { text } = await generateText({ model, prompt: `Rephrase, ${input.tone}: ${input.sentence}` });
      return { text };
    }),
});
