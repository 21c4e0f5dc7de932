import { redirect } from "@sveltejs/kit";
import { forget } from "$lib/server/admin";
import type { Actions } from "./$types";

export const actions: Actions = {
  remove: async ({ locals }) => {
    await forget(locals.user!.id);
    redirect(303, "/");
  },
};
