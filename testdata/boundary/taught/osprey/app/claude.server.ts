import Anthropic from "@anthropic-ai/sdk";
import { traceable } from "langsmith/traceable";

const claude = new Anthropic();

export const say = traceable(
  async (system: string, words: string) => {
    const reply = await claude.messages.create({
      model: "claude-haiku-4-5",
      max_tokens: 500,
      system,
      messages: [{ role: "user", content: words.slice(0, 3000) }],
    });
    return reply.content.flatMap((c) => (c.type === "text" ? [c.text] : [])).join("");
  },
  { name: "say" },
);
