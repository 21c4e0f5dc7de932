import { say } from "~/claude.server";
import { db } from "~/db.server";
import { harmless } from "~/guard.server";
import { memberContext } from "~/session.server";
import type { Route } from "./+types/summary";

export async function action({ params, context }: Route.ActionArgs) {
  const { id } = context.get(memberContext);
  const trip = await db.trip.findFirstOrThrow({ where: { id: params.id, memberId: id } });
  if (!(await harmless(trip.notes))) return new Response("no", { status: 422 });
  return Response.json({ text: await say("A summary of a birding trip.", trip.notes) });
}
