import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async ({ locals }) => {
  const { data } = await locals.supabase.from("decks").select("id, title, cards(count)").order("title");
  return { decks: data ?? [] };
};
