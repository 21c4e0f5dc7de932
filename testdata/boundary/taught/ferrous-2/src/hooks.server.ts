import { redirect, type Handle } from '@sveltejs/kit';
import { sequence } from '@sveltejs/kit/hooks';
import { authKitHandle, configureAuthKit } from '@workos/authkit-sveltekit';
import { env } from '$env/dynamic/private';

configureAuthKit({
  clientId: env.WORKOS_CLIENT_ID,
  apiKey: env.WORKOS_API_KEY,
  redirectUri: env.WORKOS_REDIRECT_URI,
  cookiePassword: env.WORKOS_COOKIE_PASSWORD
});

const OPEN = ['/', '/callback', '/pricing', '/trust', '/scim'];

const members: Handle = async ({ event, resolve }) => {
  const open = OPEN.some((p) => event.url.pathname === p || (p !== '/' && event.url.pathname.startsWith(p + '/')));
  if (!open && !event.locals.auth?.user) {
    if (event.url.pathname.startsWith('/api/')) return new Response(null, { status: 401 });
    redirect(302, '/sign-in');
  }
  return resolve(event);
};

export const handle = sequence(authKitHandle(), members);
