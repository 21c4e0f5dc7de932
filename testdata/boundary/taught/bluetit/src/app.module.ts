import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { AuthGuard, KeycloakConnectModule, RoleGuard, TokenValidation } from 'nest-keycloak-connect';
import { AuditInterceptor } from './audit.interceptor';
import { HealthController } from './health.controller';
import { ReportsModule } from './reports/reports.module';
import { ScimModule } from './scim/scim.module';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    KeycloakConnectModule.registerAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        authServerUrl: config.getOrThrow('KEYCLOAK_URL'),
        realm: 'care',
        clientId: 'bluetit-api',
        secret: config.getOrThrow('KEYCLOAK_CLIENT_SECRET'),
        tokenValidation: TokenValidation.ONLINE,
      }),
    }),
    ReportsModule,
    ScimModule,
  ],
  controllers: [HealthController],
  providers: [
    { provide: APP_GUARD, useClass: AuthGuard },
    { provide: APP_GUARD, useClass: RoleGuard },
    { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
  ],
})
export class AppModule {}
