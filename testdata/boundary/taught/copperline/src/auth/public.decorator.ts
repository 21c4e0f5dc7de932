import { SetMetadata } from "@nestjs/common";

export const IS_PUBLIC = "isPublic";
export const Public = () => SetMetadata(IS_PUBLIC, true);
export const ROLES = "roles";
export const Roles = (...roles: string[]) => SetMetadata(ROLES, roles);
