import { PUBLIC_SUPABASE_PUBLISHABLE_KEY, PUBLIC_SUPABASE_URL } from "$env/static/public";
import { createServerClient } from "@supabase/ssr";
import { redirect, type Handle } from "@sveltejs/kit";
import { sequence } from "@sveltejs/kit/hooks";

const supabase: Handle = async ({ event, resolve }) => {
  event.locals.supabase = createServerClient(PUBLIC_SUPABASE_URL, PUBLIC_SUPABASE_PUBLISHABLE_KEY, {
    cookies: {
      getAll: () => event.cookies.getAll(),
      setAll: (all) => all.forEach(({ name, value, options }) => event.cookies.set(name, value, { ...options, path: "/" })),
    },
  });
  const { data } = await event.locals.supabase.auth.getUser();
  event.locals.user = data.user;
  return resolve(event, { filterSerializedResponseHeaders: (name) => name === "content-range" });
};

const guard: Handle = async ({ event, resolve }) => {
  const open = event.route.id?.startsWith("/(open)");
  if (!open && !event.locals.user) {
    if (event.url.pathname.startsWith("/api/")) return new Response("sign in", { status: 401 });
    redirect(303, "/login");
  }
  return resolve(event);
};

export const handle: Handle = sequence(supabase, guard);
