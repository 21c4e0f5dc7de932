import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { ChatMistralAI } from '@langchain/mistralai';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Report } from './report.entity';

@Injectable()
export class ReportsService {
  private readonly model: ChatMistralAI;
  private readonly prompt = ChatPromptTemplate.fromMessages([
    ['system', 'You write care reports. Earlier ones:\n{earlier}'],
    ['human', '{notes}'],
  ]);

  constructor(config: ConfigService, @InjectRepository(Report) private readonly rows: Repository<Report>) {
    this.model = new ChatMistralAI({ model: 'mistral-medium-latest', apiKey: config.getOrThrow('MISTRAL_API_KEY') });
  }

  async draft(notes: string, service: string) {
    const earlier = await this.rows.find({ where: { tenantId: service }, take: 3, order: { at: 'DESC' } });
    const answer = await this.prompt.pipe(this.model).invoke({ notes, earlier: earlier.map((r) => r.body).join('\n') });
    return { draft: answer.content };
  }

  async release(id: string, service: string) {
    await this.rows.update({ id, tenantId: service }, { released: true });
    return { id, released: true };
  }
}
