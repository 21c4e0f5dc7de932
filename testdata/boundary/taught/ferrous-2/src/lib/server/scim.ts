import { createHash } from 'node:crypto';
import { error } from '@sveltejs/kit';
import { db } from './db';

const SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';

/** The plant whose directory asks. Each has a token of its own; we keep its digest. */
export async function plantOf(request: Request) {
  const token = request.headers.get('authorization')?.replace(/^Bearer /, '') ?? '';
  const digest = createHash('sha256').update(token).digest('hex');
  const plant = await db.selectFrom('plants').selectAll().where('scim_digest', '=', digest).executeTakeFirst();
  if (!plant) error(401);
  return plant;
}

export const user = (p: { id: string; email: string; name: string }) => ({
  schemas: [SCHEMA],
  id: p.id,
  userName: p.email,
  displayName: p.name,
  active: true
});

export const list = (Resources: unknown[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: Resources.length,
  Resources
});
