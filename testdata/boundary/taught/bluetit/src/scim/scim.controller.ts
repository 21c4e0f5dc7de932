import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, UseGuards } from '@nestjs/common';
import { Public } from 'nest-keycloak-connect';
import { ScimGuard } from './scim.guard';
import { People } from './people.service';

type Op = { op: string; path?: string; value: unknown };

@Public()
@UseGuards(ScimGuard)
@Controller('scim/v2/Users')
export class ScimController {
  constructor(private readonly people: People) {}

  @Get()
  list(@Query('filter') filter?: string) {
    return this.people.list(filter);
  }

  @Post()
  @HttpCode(201)
  create(@Body() body: { userName: string; externalId?: string }) {
    return this.people.create(body.userName, body.externalId);
  }

  @Patch(':id')
  async change(@Param('id') id: string, @Body('Operations') ops: Op[]) {
    for (const op of ops) {
      const active = op.path === 'active' ? op.value : (op.value as { active?: unknown })?.active;
      if (active === false || active === 'False') await this.people.close(id);
    }
    return this.people.one(id);
  }
}
