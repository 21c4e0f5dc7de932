import { error, json } from '@sveltejs/kit';
import { db } from '$lib/server/db';
import { plantOf, user } from '$lib/server/scim';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ request, params }) => {
  const plant = await plantOf(request);
  const found = await db
    .selectFrom('people')
    .selectAll()
    .where('id', '=', params.id)
    .where('plant', '=', plant.id)
    .executeTakeFirst();
  if (!found) error(404);
  return json(user(found));
};
