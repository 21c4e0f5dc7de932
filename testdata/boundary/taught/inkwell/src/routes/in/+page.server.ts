import { fail } from "@sveltejs/kit";
import type { Actions } from "./$types";

export const actions: Actions = {
  default: async ({ request, locals, url }) => {
    const email = String((await request.formData()).get("email"));
    const { error } = await locals.supabase.auth.signInWithOtp({ email, options: { emailRedirectTo: `${url.origin}/desk` } });
    return error ? fail(400, { email }) : { sent: true };
  },
};
