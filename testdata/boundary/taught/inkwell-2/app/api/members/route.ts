import { auth, clerkClient } from "@clerk/nextjs/server";

export async function POST(req: Request) {
  const { has, orgId, userId } = await auth();
  if (!has({ role: "org:admin" })) return new Response("Forbidden", { status: 403 });
  const { email } = await req.json();
  const clerk = await clerkClient();
  const invitation = await clerk.organizations.createOrganizationInvitation({
    organizationId: orgId!,
    inviterUserId: userId!,
    emailAddress: email,
    role: "org:member",
  });
  return Response.json({ id: invitation.id });
}
