import { PrismaClient } from "@prisma/client";

const keep = globalThis as unknown as { prisma?: PrismaClient };

export const db = keep.prisma ?? new PrismaClient();
if (process.env.NODE_ENV !== "production") keep.prisma = db;
