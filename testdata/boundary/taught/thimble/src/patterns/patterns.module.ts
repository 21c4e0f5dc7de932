import { Module } from '@nestjs/common';
import { Mistral } from '@mistralai/mistralai';

import { PatternsController } from './patterns.controller';

@Module({
  controllers: [PatternsController],
  providers: [{ provide: Mistral, useFactory: () => new Mistral({ apiKey: process.env.MISTRAL_API_KEY }) }],
})
export class PatternsModule {}
