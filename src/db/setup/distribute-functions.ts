/** Makes the owner's functions known to every server that has shards: triggers of shards run where these are. */
import type { Client } from 'pg';
import { ACCOUNTS, SHARD_FUNCTIONS } from '../verify/shards';
import { literal } from './roles';

/** Runs the statements as one transaction. */
export async function atOnce(owner: Client, statements: readonly string[]): Promise<void> {
  await owner.query('BEGIN');
  for (const statement of statements) await owner.query(statement);
  await owner.query('COMMIT');
}

/** A row for each function of the owner: itself, its name, its text, and whether all servers have it. */
const FUNCTIONS = `
  SELECT p.oid::regprocedure::text AS signature, p.proname::text AS name, pg_get_functiondef(p.oid) AS text,
         EXISTS (SELECT FROM pg_catalog.pg_dist_object o WHERE o.classid = 'pg_proc'::regclass AND o.objid = p.oid) AS distributed,
         EXISTS (SELECT FROM pg_catalog.pg_dist_object o WHERE o.classid = 'pg_proc'::regclass AND o.objid = p.oid AND o.force_delegation) AS delegated
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proowner = current_user::regrole AND p.prokind = 'f'
   ORDER BY 1`;

interface FunctionRow {
  readonly signature: string;
  readonly name: string;
  readonly text: string;
  readonly distributed: boolean;
  readonly delegated: boolean;
}

/** Functions that the servers already have are sent again, in case one was changed. */
export async function distributeFunctions(owner: Client): Promise<void> {
  const { rows } = await owner.query<FunctionRow>(FUNCTIONS);
  for (const { signature, name, text, distributed, delegated } of rows) {
    const argument = SHARD_FUNCTIONS.get(name);
    const place =
      argument === undefined
        ? ''
        : `, ${literal(argument)}, colocate_with => 'public.${ACCOUNTS}', force_delegation => true`;
    const isDone = argument === undefined ? distributed : delegated;
    await atOnce(owner, [
      isDone ? text : `SELECT create_distributed_function(${literal(signature)}${place})`,
      // New functions are everybody's on a server that gets them.
      `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`,
    ]);
  }
}
