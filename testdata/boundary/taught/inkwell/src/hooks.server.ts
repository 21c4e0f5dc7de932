import { createServerClient } from "@supabase/ssr";
import { error, redirect, type Handle } from "@sveltejs/kit";
import { sequence } from "@sveltejs/kit/hooks";
import { PUBLIC_SUPABASE_PUBLISHABLE_KEY, PUBLIC_SUPABASE_URL } from "$env/static/public";

const supabase: Handle = async ({ event, resolve }) => {
  event.locals.supabase = createServerClient(PUBLIC_SUPABASE_URL, PUBLIC_SUPABASE_PUBLISHABLE_KEY, {
    cookies: {
      getAll: () => event.cookies.getAll(),
      setAll: (list) => list.forEach(({ name, value, options }) => event.cookies.set(name, value, { ...options, path: "/" })),
    },
  });
  return resolve(event);
};

const guard: Handle = async ({ event, resolve }) => {
  const { data } = await event.locals.supabase.auth.getUser();
  event.locals.user = data.user;
  if (!data.user && event.url.pathname.startsWith("/api/")) error(401, "sign in");
  if (!data.user && event.url.pathname.startsWith("/desk")) redirect(303, "/in");
  return resolve(event);
};

export const handle = sequence(supabase, guard);
