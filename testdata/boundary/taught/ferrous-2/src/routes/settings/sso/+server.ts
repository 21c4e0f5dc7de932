import { error, redirect } from '@sveltejs/kit';
import { WorkOS } from '@workos-inc/node';
import { env } from '$env/dynamic/private';
import type { RequestHandler } from './$types';

const workos = new WorkOS(env.WORKOS_API_KEY);

export const POST: RequestHandler = async ({ locals, url }) => {
  if (locals.auth.role !== 'admin') error(403);
  const { link } = await workos.portal.generateLink({
    organization: locals.auth.organizationId!,
    intent: 'sso',
    returnUrl: `${url.origin}/settings`
  });
  redirect(303, link);
};
