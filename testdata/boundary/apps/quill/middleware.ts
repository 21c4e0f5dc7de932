import { clerkMiddleware, createRouteMatcher } from "@clerk/nextjs/server";

const open = createRouteMatcher(["/", "/pricing", "/sign-in(.*)", "/sign-up(.*)"]);

export default clerkMiddleware(async (auth, req) => {
  if (!open(req)) await auth.protect();
});

export const config = { matcher: ["/((?!_next|.*\\..*).*)", "/api/(.*)"] };
