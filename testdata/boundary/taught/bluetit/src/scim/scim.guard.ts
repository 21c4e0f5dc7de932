import { createHash, timingSafeEqual } from 'node:crypto';
import { CanActivate, ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import { Directories } from './directories';

@Injectable()
export class ScimGuard implements CanActivate {
  constructor(private readonly directories: Directories) {}

  async canActivate(context: ExecutionContext) {
    const req = context.switchToHttp().getRequest();
    const token = String(req.headers.authorization ?? '').replace(/^Bearer /, '');
    const digest = createHash('sha256').update(token).digest();
    const directory = await this.directories.byHost(req.hostname);
    if (!directory || !timingSafeEqual(digest, directory.tokenDigest)) throw new UnauthorizedException();
    req.directory = directory;
    return true;
  }
}
