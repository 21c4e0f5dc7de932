import Anthropic from "@anthropic-ai/sdk";
import { Injectable } from "@nestjs/common";
import { VoyageAIClient } from "voyageai";
import { Prisma } from "../prisma";

@Injectable()
export class AnswersService {
  private readonly claude = new Anthropic({ apiKey: process.env.ANTHROPIC_API_KEY });
  private readonly voyage = new VoyageAIClient({ apiKey: process.env.VOYAGE_API_KEY });

  constructor(private readonly db: Prisma) {}

  async ask(org: string, question: string) {
    const { data } = await this.voyage.embed({ input: question, model: "voyage-3.5" });
    const near = await this.db.$queryRaw<{ text: string }[]>`
      select text from passage where org = ${org} order by place <-> ${JSON.stringify(data![0].embedding)}::vector limit 6`;
    const reply = await this.claude.messages.create({
      model: "claude-sonnet-4-5",
      max_tokens: 700,
      system: `Answer from these passages only:\n${near.map((n) => n.text).join("\n---\n")}`,
      messages: [{ role: "user", content: question.slice(0, 2000) }],
    });
    return { text: reply.content.flatMap((c) => (c.type === "text" ? [c.text] : [])).join("") };
  }
}
