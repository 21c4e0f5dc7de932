import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { auth } from "@/lib/auth";

/** Who looks at the page. Every page, action and handler goes through here. */
export const viewer = cache(async () => {
  const found = await auth.api.getSession({ headers: await headers() });
  if (!found) redirect("/sign-in");
  if (!found.session.activeOrganizationId) redirect("/choose");
  return { id: found.user.id, household: found.session.activeOrganizationId };
});
