import { CanActivate, ExecutionContext, Injectable } from "@nestjs/common";
import { createHash, timingSafeEqual } from "node:crypto";

const digest = (s: string) => createHash("sha256").update(s).digest();

@Injectable()
export class ScimGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const brought = context.switchToHttp().getRequest().headers.authorization ?? "";
    return timingSafeEqual(digest(brought), digest(`Bearer ${process.env.SCIM_BEARER_TOKEN}`));
  }
}
