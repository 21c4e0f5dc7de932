import { clerkMiddleware } from "@clerk/nextjs/server";

// Fills in who is there; each page and action decides for itself.
export default clerkMiddleware();

export const config = {
  matcher: ["/((?!_next|[^?]*\\.(?:html?|css|js(?!on)|png|svg|ico)).*)", "/(api|trpc)(.*)"],
};
