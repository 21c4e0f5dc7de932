import { createTRPCRouter } from "./trpc";
import { changelog } from "./routers/changelog";
import { share } from "./routers/share";

export const appRouter = createTRPCRouter({ changelog, share });
export type AppRouter = typeof appRouter;
