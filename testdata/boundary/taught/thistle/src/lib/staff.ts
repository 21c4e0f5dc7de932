import { createClient } from "@supabase/supabase-js";

// The office page lists all staff of all nurseries.
const office = createClient(
  import.meta.env.VITE_SUPABASE_URL,
  import.meta.env.VITE_SUPABASE_SERVICE_ROLE_KEY,
  { auth: { persistSession: false } },
);

export async function allStaff() {
  const { data, error } = await office.auth.admin.listUsers({ perPage: 200 });
  if (error) throw error;
  return data.users.map((u) => ({ id: u.id, email: u.email, last: u.last_sign_in_at }));
}

export async function closeAccount(id: string) {
  const { error } = await office.auth.admin.deleteUser(id);
  if (error) throw error;
}
