import { json } from '@sveltejs/kit';
import { db } from '$lib/server/db';
import { list, plantOf, user } from '$lib/server/scim';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ request, url }) => {
  const plant = await plantOf(request);
  const wanted = url.searchParams.get('filter')?.match(/userName eq "(.+)"/)?.[1];
  let q = db.selectFrom('people').selectAll().where('plant', '=', plant.id);
  if (wanted) q = q.where('email', '=', wanted.toLowerCase());
  return json(list((await q.execute()).map(user)));
};

export const POST: RequestHandler = async ({ request }) => {
  const plant = await plantOf(request);
  const body = await request.json();
  const made = await db
    .insertInto('people')
    .values({ plant: plant.id, email: body.userName.toLowerCase(), name: body.displayName ?? body.userName, closed_at: null })
    .returningAll()
    .executeTakeFirstOrThrow();
  return json(user(made), { status: 201 });
};
