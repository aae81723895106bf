/** How the tables of a database are divided among shards by Citus, where they are. */
import type { Ask } from './catalog';

/** The table by whose rows all others are divided; they are divided by their account_id. */
export const ACCOUNTS = 'account';

/**
 * Tables of accounts that stay on the coordinator: entries about them are written by the owner's function in the
 * transaction that changes rows of theirs.
 */
export const ON_COORDINATOR: ReadonlySet<string> = new Set(['account_access']);

/** Constraints that cannot be enforced across shards; docs/scale.md lists their replacements. */
export const WITHOUT_SHARDS: ReadonlySet<string> = new Set(['account_slug_key', 'account_access_account_id_fkey']);

/**
 * The settings of a database with shards: triggers on distributed tables, functions that read within a shard, settings
 * of a transaction that reach other connections, one connection for each node.
 */
export const SHARD_SETTINGS: Readonly<Record<string, string>> = {
  'citus.enable_unsafe_triggers': 'on',
  'citus.allow_nested_distributed_execution': 'on',
  'citus.propagate_set_commands': 'local',
  'citus.max_adaptive_executor_pool_size': '1',
};

/**
 * Functions that Citus runs where the account in their argument is, in a session of the same role: by name, that argument.
 */
export const SHARD_FUNCTIONS: ReadonlyMap<string, string> = new Map([['authenticate_key_of', 'of_account']]);

/** Precedes catalog queries that are about shards: Citus hides them from pg_class. */
export const SHOW_SHARDS = 'SET LOCAL citus.override_table_visibility = off';

/** Whether the database has Citus. */
export const HAS_CITUS = "to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL";

const DISTRIBUTED = `
  SELECT c.relname::text, p.colocationid, column_to_column_name(p.logicalrelid, p.partkey)
    FROM pg_catalog.pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid
   WHERE c.relnamespace = 'public'::regnamespace AND p.partmethod = 'h'`;

export interface DistributedTable {
  /** Tables of the same number have the rows of an account in the same place. */
  readonly colocation: number;
  readonly column: string;
}

/** Whether the database has the extension. */
export async function hasCitus(ask: Ask): Promise<boolean> {
  const [[has] = []] = await ask(`SELECT ${HAS_CITUS}`);
  return has === true;
}

/** By name; empty if nothing is distributed. */
export async function distributedTables(ask: Ask): Promise<ReadonlyMap<string, DistributedTable>> {
  if (!(await hasCitus(ask))) return new Map();
  const rows = await ask(DISTRIBUTED);
  return new Map(
    rows.map(([name, colocation, column]) => [
      String(name),
      { colocation: Number(colocation), column: String(column) },
    ]),
  );
}

const SHARDS = `
  SELECT count(*)::int FROM pg_catalog.pg_dist_shard s
    JOIN pg_catalog.pg_dist_partition p ON p.logicalrelid = s.logicalrelid AND p.partmethod = 'h'
    JOIN pg_class c ON c.oid = s.logicalrelid
   WHERE c.relname = '${ACCOUNTS}' AND c.relnamespace = 'public'::regnamespace`;

/** The number of shards of each table; 0 if the tables are not distributed. */
export async function countShards(ask: Ask): Promise<number> {
  if (!(await hasCitus(ask))) return 0;
  const [[count] = []] = await ask(SHARDS);
  return Number(count);
}

/** The column that a table of accounts is distributed by. */
export const distributionColumn = (table: string): string => (table === ACCOUNTS ? 'id' : 'account_id');
