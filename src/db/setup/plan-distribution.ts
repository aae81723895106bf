/** What `portcullis distribute` would do, and why it cannot be done. */
import type { Client } from 'pg';
import { IN_SCHEMA, type Ask } from '../verify/catalog';
import { SHARD_RESTRICTIONS } from '../verify/shard-restrictions';
import {
  ACCOUNTS,
  countShards,
  distributedTables,
  distributionColumn,
  hasCitus,
  ON_COORDINATOR,
  WITHOUT_SHARDS,
  type DistributedTable,
} from '../verify/shards';
import { planMigrations, readMigrations } from './migrations';
import { databaseName, withOwner } from './owner';
import { literal } from './roles';

const MIN_SHARDS = 2;

/**
 * One shard for each server, because a list across accounts queries every shard. It is a power of two, so that chains
 * with the same lock are in one shard, and at least two, so that one can be moved to a second server.
 */
export const defaultShards = (servers: number): number => Math.max(MIN_SHARDS, 2 ** Math.ceil(Math.log2(servers)));

interface TablePlan {
  readonly name: string;
  /** `distributed` already, to be distributed (`distribute`), or to stay on the coordinator (`keep`). */
  readonly step: 'distributed' | 'distribute' | 'keep';
  readonly bytes: number;
}

export interface DistributionPlan {
  readonly database: string;
  readonly tables: readonly TablePlan[];
  /** The number of shards: as distributed, or as planned; 0 without Citus. */
  readonly shards: number;
  /** Constraints that are dropped, because shards cannot enforce them. */
  readonly dropped: readonly string[];
  /** Why it cannot be done; none when it can. */
  readonly refusals: readonly string[];
}

export const askOf =
  (owner: Client): Ask =>
  async (text) =>
    (await owner.query<unknown[]>({ text, rowMode: 'array' })).rows;

const TABLES = `
  SELECT c.relname::text AS name, pg_total_relation_size(c.oid)::float8 AS bytes,
         c.relname = '${ACCOUNTS}' OR EXISTS (
           SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped) AS "ofAccounts",
         pg_get_userbyid(c.relowner) = current_user AS "isOwn"
    FROM pg_class c WHERE ${IN_SCHEMA} AND c.relkind = 'r' AND to_regclass('public.migrations') IS NOT NULL
   ORDER BY c.relname <> '${ACCOUNTS}', 1`;

interface TableRow {
  readonly name: string;
  readonly bytes: number;
  readonly ofAccounts: boolean;
  readonly isOwn: boolean;
}

/**
 * Citus accepts no policy with a subquery, which a parse tree calls SUBLINK. The policies of restricted keys are
 * replaced first.
 */
const SUBQUERIES = `
  SELECT p.polname::text, c.relname::text FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
   WHERE c.relnamespace = 'public'::regnamespace AND concat(p.polqual, p.polwithcheck) LIKE '%{SUBLINK %'
     AND NOT (p.polname = 'restricted_rows' AND c.relname IN (${[...SHARD_RESTRICTIONS.keys()].map(literal).join(', ')}))
   ORDER BY 2, 1`;

/** A row: whether this server is the coordinator, whether the others know it, and how many take shards. */
const NODES = `
  SELECT (SELECT l.groupid = 0 FROM pg_catalog.pg_dist_local_group l),
         EXISTS (SELECT FROM pg_catalog.pg_dist_node n WHERE n.groupid = 0),
         (SELECT count(*)::int FROM pg_catalog.pg_dist_node n WHERE n.isactive AND n.noderole = 'primary' AND n.shouldhaveshards)`;

/** A row for each worker on which the owner cannot work: the worker and the error. */
const CLOSED_WORKERS = `
  SELECT w.nodename || ':' || w.nodeport, w.result
    FROM run_command_on_workers('SELECT pg_get_userbyid(d.datdba) = current_user FROM pg_database d WHERE d.datname = current_database()', true) w
   WHERE NOT w.success OR w.result IS DISTINCT FROM 't'`;

const DROPPED = `
  SELECT k.conname::text FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
   WHERE ${IN_SCHEMA} AND k.conname IN (${[...WITHOUT_SHARDS].map(literal).join(', ')}) ORDER BY 1`;

interface Nodes {
  /** How many take shards. */
  readonly servers: number;
  readonly refusals: readonly string[];
}

async function checkNodes(ask: Ask): Promise<Nodes> {
  const [[isCoordinator, isKnown, taking] = []] = await ask(NODES);
  const servers = Number(taking);
  const refuse = (refusal: string): Nodes => ({ servers, refusals: [refusal] });
  if (isCoordinator !== true)
    return refuse(
      'DATABASE_URL connects to a worker of the Citus cluster: use the coordinator, where shards are created.',
    );
  if (isKnown !== true)
    return refuse(
      "The coordinator is not known to the cluster. A superuser says where it is: SELECT citus_set_coordinator_host('<its host>', <its port>);",
    );
  const refusals: string[] = [];
  if (servers === 0)
    refusals.push(
      "No server takes shards. A superuser adds workers: SELECT citus_add_node('<host>', <port>); or lets the coordinator take them: SELECT citus_set_node_property('<its host>', <its port>, 'shouldhaveshards', true);",
    );
  for (const [node, said] of await ask(CLOSED_WORKERS))
    refusals.push(
      `The worker ${String(node)} does not let the coordinator in as the owner of its database of the same name (${String(said)}): the database there needs the same owner, and pg_hba.conf or pg_dist_authinfo must let the owner and the gateway's roles in.`,
    );
  return { servers, refusals };
}

async function planTables(
  owner: Client,
  distributed: ReadonlyMap<string, DistributedTable>,
): Promise<{ tables: TablePlan[]; refusals: string[] }> {
  const { rows } = await owner.query<TableRow>(TABLES);
  const refusals: string[] = [];
  if (rows.length === 0) refusals.push('The database has no tables of Portcullis yet: start the gateway first.');
  const colocation = distributed.get(ACCOUNTS)?.colocation;
  const tables = rows.map(({ name, bytes, ofAccounts, isOwn }): TablePlan => {
    const found = distributed.get(name);
    const stays = !ofAccounts || ON_COORDINATOR.has(name);
    if (!isOwn) refusals.push(`The table ${name} is not owned by the user in DATABASE_URL.`);
    if (found && (stays || found.colocation !== colocation || found.column !== distributionColumn(name)))
      refusals.push(
        `The table ${name} is distributed in another way than by account. Take that back first: SELECT undistribute_table('public.${name}');`,
      );
    return { name, bytes, step: found ? 'distributed' : stays ? 'keep' : 'distribute' };
  });
  return { tables, refusals };
}

export async function planWith(owner: Client, wanted: number | null): Promise<DistributionPlan> {
  const ask = askOf(owner);
  const database = await databaseName(owner);
  if (!(await hasCitus(ask)))
    return {
      database,
      tables: [],
      shards: 0,
      dropped: [],
      refusals: [
        "The database has no Citus. With shared_preload_libraries = 'citus' on the server, a superuser makes it: CREATE EXTENSION citus;",
      ],
    };
  const distributed = await distributedTables(ask);
  const count = await countShards(ask);
  const { tables, refusals } = await planTables(owner, distributed);
  const { pending } = await planMigrations(owner, readMigrations());
  if (tables.length > 0 && pending.length > 0)
    refusals.push('Migrations of this release have not run yet: start the gateway once, and stop it again.');
  if (count > 0 && wanted !== null && count !== wanted)
    refusals.push(`The tables have ${count} shards already: leave --shards out.`);
  const nodes = await checkNodes(ask);
  refusals.push(...nodes.refusals);
  for (const [policy, table] of await ask(SUBQUERIES))
    refusals.push(
      `The policy ${String(policy)} of the table ${String(table)} has a subquery, which Citus does not enforce: its rows would have no row level security.`,
    );
  const dropped = (await ask(DROPPED)).map(([name]) => String(name));
  const shards = count > 0 ? count : (wanted ?? defaultShards(nodes.servers));
  return { database, tables, shards, dropped, refusals };
}

/** The plan of `distribute`. Changes nothing. @param shards a power of two; null for the default. */
export const planDistribution = (ownerUrl: string, shards: number | null): Promise<DistributionPlan> =>
  withOwner(ownerUrl, (owner) => planWith(owner, shards));
