import { Body, Controller, Delete, Param, Post, Req } from '@nestjs/common';
import { Mistral } from '@mistralai/mistralai';

import { Roles } from '../auth/roles.guard';

@Controller('patterns')
export class PatternsController {
  constructor(private readonly mistral: Mistral) {}

  @Post('describe')
  async describe(@Body('measurements') measurements: Record<string, number>, @Req() req: { user: { studio: string } }) {
    const out = await this.mistral.chat.complete({
      model: 'mistral-small-latest',
      messages: [
        { role: 'system', content: 'Write sewing instructions in numbered steps.' },
        { role: 'user', content: JSON.stringify(measurements) },
      ],
    });
    return { studio: req.user.studio, text: out.choices[0].message.content };
  }

  @Roles('owner')
  @Delete(':id')
  remove(@Param('id') id: string) {
    return { removed: id };
  }
}
