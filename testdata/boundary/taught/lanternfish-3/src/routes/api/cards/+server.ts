import { json } from "@sveltejs/kit";
import { makeCards } from "$lib/server/cards";
import type { RequestHandler } from "./$types";

export const POST: RequestHandler = async ({ request, locals }) => {
  const { deck, notes } = await request.json();
  const cards = await makeCards(String(notes).slice(0, 20_000));
  const { error } = await locals.supabase.from("cards").insert(cards.map((c) => ({ ...c, deck })));
  return error ? json({ error: error.message }, { status: 403 }) : json(cards, { status: 201 });
};
