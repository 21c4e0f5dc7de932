import { ActionError, defineAction } from "astro:actions";
import { z } from "astro:schema";
import { bedrock } from "@ai-sdk/amazon-bedrock";
import { generateText } from "ai";
import { BEDROCK_MODEL } from "astro:env/server";
import { invite as inviteGuide } from "../lib/people";

export const server = {
  describe: defineAction({
    accept: "form",
    input: z.object({ walk: z.string().max(3000) }),
    handler: async ({ walk }) => {
      const { text } = await generateText({
        model: bedrock(BEDROCK_MODEL),
        system: "Describe a walk along the shore for visitors, in eighty words.",
        prompt: walk,
      });
      return { text };
    },
  }),

  invite: defineAction({
    input: z.object({ email: z.string().email() }),
    handler: async ({ email }, { locals }) => {
      if (!locals.guide?.["cognito:groups"]?.includes("wardens")) throw new ActionError({ code: "FORBIDDEN" });
      await inviteGuide(email);
    },
  }),
};
