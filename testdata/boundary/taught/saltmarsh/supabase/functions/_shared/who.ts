import { createClient } from "@supabase/supabase-js";

/** The user whose token came with the request, or null. */
export async function who(req: Request) {
  const supabase = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_ANON_KEY")!, {
    global: { headers: { Authorization: req.headers.get("Authorization") ?? "" } },
  });
  const { data } = await supabase.auth.getUser();
  return data.user ? { user: data.user, supabase } : null;
}
