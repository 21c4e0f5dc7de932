import { Kysely, PostgresDialect, type Generated } from 'kysely';
import pg from 'pg';
import { env } from '$env/dynamic/private';

interface Tables {
  people: { id: Generated<string>; plant: string; email: string; name: string; closed_at: Date | null };
  plants: { id: Generated<string>; name: string; scim_digest: string };
  reports: { id: Generated<string>; plant: string; text: string };
}

export const db = new Kysely<Tables>({
  dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: env.DATABASE_URL }) })
});
