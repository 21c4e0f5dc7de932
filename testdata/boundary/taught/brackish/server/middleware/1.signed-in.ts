const open = [/^\/api\/stations(\/|$)/, /^\/auth\//, /^\/api\/_auth\//];

// Runs before every handler. What is not in the list asks for a session.
export default defineEventHandler(async (event) => {
  const { pathname } = getRequestURL(event);
  if (!pathname.startsWith("/api/") || open.some((o) => o.test(pathname))) return;
  const { user } = await requireUserSession(event);
  event.context.user = user;
});
