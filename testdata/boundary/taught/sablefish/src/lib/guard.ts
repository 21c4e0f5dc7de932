import { headers } from "next/headers";
import { auth } from "./auth";

export class NotAllowed extends Error {}

export async function requireMember() {
  const session = await auth.api.getSession({ headers: await headers() });
  if (!session?.session.activeOrganizationId) throw new NotAllowed("sign in first");
  return { user: session.user, org: session.session.activeOrganizationId };
}

export async function requireEditor() {
  const who = await requireMember();
  const { success } = await auth.api.hasPermission({
    headers: await headers(),
    body: { permissions: { member: ["update"] } },
  });
  if (!success) throw new NotAllowed("editors only");
  return who;
}
