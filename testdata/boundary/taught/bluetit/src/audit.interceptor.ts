import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { tap } from 'rxjs';
import { Repository } from 'typeorm';
import { AuditEvent } from './audit-event.entity';

@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(@InjectRepository(AuditEvent) private readonly events: Repository<AuditEvent>) {}

  intercept(context: ExecutionContext, next: CallHandler) {
    const req = context.switchToHttp().getRequest();
    return next.handle().pipe(
      tap(() => this.events.insert({ actor: req.user?.sub, action: `${req.method} ${req.route.path}`, at: new Date() })),
    );
  }
}
