import { verifyWebhook } from "@clerk/nextjs/webhooks";
import type { NextRequest } from "next/server";
import { forgetMember } from "@/lib/members";

export async function POST(req: NextRequest) {
  try {
    const event = await verifyWebhook(req);
    if (event.type === "user.deleted" && event.data.id) await forgetMember(event.data.id);
    return new Response("ok");
  } catch {
    return new Response("bad signature", { status: 400 });
  }
}
