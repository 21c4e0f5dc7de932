import { say } from "~/claude.server";
import { harmless } from "~/guard.server";
import type { Route } from "./+types/chat";

export async function action({ request }: Route.ActionArgs) {
  const { words } = await request.json();
  if (!(await harmless(String(words)))) return new Response("refused", { status: 403 });
  return Response.json({ text: await say("You answer questions on birds of prey.", String(words)) });
}
