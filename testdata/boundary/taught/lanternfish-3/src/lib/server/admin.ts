import { SUPABASE_SECRET_KEY } from "$env/static/private";
import { PUBLIC_SUPABASE_URL } from "$env/static/public";
import { createClient } from "@supabase/supabase-js";

const admin = createClient(PUBLIC_SUPABASE_URL, SUPABASE_SECRET_KEY, { auth: { persistSession: false } });

/** Removes a person and, by the foreign keys, all they have made. */
export const forget = (id: string) => admin.auth.admin.deleteUser(id);
