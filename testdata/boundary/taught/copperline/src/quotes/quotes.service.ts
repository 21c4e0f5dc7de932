import { Injectable } from "@nestjs/common";
import { ConfigService } from "@nestjs/config";
import { Mistral } from "@mistralai/mistralai";

@Injectable()
export class QuotesService {
  private readonly mistral: Mistral;
  private tokens = 0;

  constructor(config: ConfigService) {
    this.mistral = new Mistral({ apiKey: config.getOrThrow("MISTRAL_API_KEY") });
  }

  async draft(inquiry: string) {
    const reply = await this.mistral.chat.complete({
      model: "mistral-medium-latest",
      safePrompt: true,
      messages: [
        { role: "system", content: "You draft quotes for copper pipe. Never invent a price." },
        { role: "user", content: inquiry.slice(0, 4000) },
      ],
    });
    this.tokens += reply.usage?.totalTokens ?? 0;
    return { draft: reply.choices?.[0]?.message.content };
  }

  spend() {
    return { tokens: this.tokens };
  }
}
