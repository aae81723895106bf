/** Whether a slug is already in use, for databases with shards, where no unique constraint can check it. */
import type { PreparedQuery } from '../pipeline/batch';

/** Among the advisory locks of this database. */
const LOCK = 7_267_287;

/** A lock on the slug until the transaction ends, then the account that has it; both on the coordinator. */
export const sameSlug = (slug: string): PreparedQuery[] => [
  { text: `SELECT pg_advisory_xact_lock(${LOCK}, hashtext($1))`, values: [slug] },
  { text: 'SELECT id FROM account WHERE slug = $1', values: [slug] },
];
