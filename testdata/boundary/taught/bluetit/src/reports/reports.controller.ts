import { Body, Controller, Param, Post } from '@nestjs/common';
import { KeycloakUser, Roles } from 'nest-keycloak-connect';
import { ReportsService } from './reports.service';

@Controller('reports')
export class ReportsController {
  constructor(private readonly reports: ReportsService) {}

  @Post('draft')
  draft(@Body('notes') notes: string, @KeycloakUser() user: { service: string }) {
    return this.reports.draft(notes, user.service);
  }

  @Post(':id/release')
  @Roles('realm:care-lead')
  release(@Param('id') id: string, @KeycloakUser() user: { service: string }) {
    return this.reports.release(id, user.service);
  }
}
