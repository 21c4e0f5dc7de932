import { createOpenAI } from "@ai-sdk/openai";
import { generateText } from "ai";
import type { FastifyPluginAsync } from "fastify";

export const explain: FastifyPluginAsync = async (app) => {
  const openai = createOpenAI({ apiKey: app.config.OPENAI_ADMIN_KEY });

  app.post<{ Body: { code: string; language: string } }>("/explain", async (request) => {
    const { text } = await generateText({
      model: openai("gpt-5-mini"),
      system: "One sentence for a colleague who reads this function for the first time.",
      prompt: `${request.body.language}:\n${request.body.code}`,
    });
    request.log.info({ sub: request.user?.sub }, "explained");
    return { text };
  });
};
