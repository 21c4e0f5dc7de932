import { headers } from "next/headers";
import { unauthorized } from "next/navigation";

import { auth } from "./auth";

export async function viewer() {
  const found = await auth.api.getSession({ headers: await headers() });
  if (!found) unauthorized();
  return found.user;
}
