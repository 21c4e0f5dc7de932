import { json } from "@sveltejs/kit";
import { remarks } from "$lib/server/tutor";
import type { RequestHandler } from "./$types";

export const POST: RequestHandler = async ({ request, locals }) => {
  const { essay } = await request.json();
  const text = await remarks(String(essay));
  await locals.supabase.from("remark").insert({ pupil: locals.user!.id, text });
  return json({ text });
};
