import { WorkOS } from "@workos-inc/node";

const workos = new WorkOS(process.env.WORKOS_API_KEY);

export async function portal(req, res) {
  const organization = String(req.user.metadata?.organization ?? "");
  const { link } = await workos.portal.generateLink({ organization, intent: "sso" });
  await workos.auditLogs.createEvent(organization, {
    action: "portal.opened",
    occurredAt: new Date(),
    actor: { type: "user", id: req.user.id },
    targets: [{ type: "organization", id: organization }],
    context: { location: req.ip },
  });
  res.json({ link });
}
