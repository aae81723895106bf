/**
 * Distributes the tables of a database among Citus shards by account, on one server or several, table by table; after
 * an interruption it continues.
 */
import type { Client } from 'pg';
import { IN_SCHEMA, type Ask } from '../verify/catalog';
import { expectedSchema, type ForeignKey } from '../verify/expected-schema';
import { SHARD_RESTRICTIONS } from '../verify/shard-restrictions';
import {
  ACCOUNTS,
  countShards,
  distributedTables,
  distributionColumn,
  hasCitus,
  ON_COORDINATOR,
  SHARD_SETTINGS,
  SHOW_SHARDS,
  WITHOUT_SHARDS,
  type DistributedTable,
} from '../verify/shards';
import { findShardFaults } from '../verify/verify-shards';
import { atOnce, distributeFunctions } from './distribute-functions';
import { planMigrations, readMigrations } from './migrations';
import { databaseName, SETUP_LOCK, withOwner } from './owner';
import { refuseGateways } from './refuse-gateways';
import { identifier, literal } from './roles';
import { SetupError } from './setup-error';

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

const askOf =
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

async function plan(owner: Client, wanted: number | null): Promise<DistributionPlan> {
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
  withOwner(ownerUrl, (owner) => plan(owner, shards));

const settingStatements = (database: string): string[] =>
  Object.entries(SHARD_SETTINGS).flatMap(([name, value]) => [
    `ALTER DATABASE ${identifier(database)} SET ${name} = ${literal(value)}`,
    `SET ${name} = ${literal(value)}`,
  ]);

const FOREIGN_KEYS = `
  SELECT c.relname::text AS table, k.conname::text AS name FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
   WHERE ${IN_SCHEMA} AND k.contype = 'f' ORDER BY 1, 2`;

const foreignKeys = async (owner: Client): Promise<ReadonlySet<string>> =>
  new Set((await owner.query<{ table: string; name: string }>(FOREIGN_KEYS)).rows.map(keyOf));

const keyOf = ({ table, name }: Pick<ForeignKey, 'table' | 'name'>): string => `${table} ${name}`;

interface Trigger {
  readonly name: string;
  readonly how: string;
  readonly isOfRows: boolean;
}

const TRIGGERS = `
  SELECT t.tgname::text AS name, CASE t.tgenabled WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END AS how,
         t.tgtype & 1 = 1 AS "isOfRows"
    FROM pg_trigger t WHERE t.tgrelid = $1::regclass AND NOT t.tgisinternal AND t.tgenabled <> 'D' ORDER BY 1`;

/** Properties of the table itself that its shards do not follow. */
const onTableAlone = (statements: readonly string[]): string[] => [
  'SET LOCAL citus.enable_ddl_propagation = off',
  ...statements,
  'SET LOCAL citus.enable_ddl_propagation = on',
];

/** No trigger runs for rows that are only moved, and the owner sees all of them. */
async function distributeTable(owner: Client, table: string, shards: number): Promise<void> {
  const { rows: triggers } = await owner.query<Trigger>(TRIGGERS, [`public.${table}`]);
  const name = `public.${identifier(table)}`;
  const alter = (words: string, { name: trigger }: Trigger): string =>
    `ALTER TABLE ${name} ${words} TRIGGER ${identifier(trigger)}`;
  const ofRows = triggers.filter(({ isOfRows }) => isOfRows);
  const others = triggers.filter(({ isOfRows }) => !isOfRows);
  const how =
    table === ACCOUNTS ? `shard_count => ${shards}, colocate_with => 'none'` : `colocate_with => 'public.${ACCOUNTS}'`;
  await atOnce(owner, [
    `ALTER TABLE ${name} NO FORCE ROW LEVEL SECURITY`,
    ...ofRows.map((trigger) => alter('DISABLE', trigger)),
    `SELECT create_distributed_table(${literal(name)}, ${literal(distributionColumn(table))}, ${how})`,
    ...ofRows.map((trigger) => alter(trigger.how, trigger)),
    // Otherwise, the rows that were copied to shards would remain, invisibly, in the table itself.
    ...onTableAlone([
      ...others.map((trigger) => alter('DISABLE', trigger)),
      `SELECT truncate_local_data_after_distributing_table(${literal(name)})`,
      ...others.map((trigger) => alter(trigger.how, trigger)),
    ]),
  ]);
}

const UNFORCED = `
  SELECT c.relname::text AS name FROM pg_class c
   WHERE ${IN_SCHEMA} AND c.relkind = 'r' AND NOT c.relforcerowsecurity ORDER BY 1`;

/** Foreign keys are checked by the owner, who has to see every row until then. */
async function restoreChecks(owner: Client, report: (step: string) => void): Promise<void> {
  const present = await foreignKeys(owner);
  const missing = expectedSchema().foreignKeys.filter(
    (key) => !present.has(keyOf(key)) && !WITHOUT_SHARDS.has(key.name),
  );
  for (const { table, name, definition } of missing) {
    report(`foreign key ${name}`);
    await atOnce(owner, [`ALTER TABLE public.${identifier(table)} ADD CONSTRAINT ${identifier(name)} ${definition}`]);
  }
  const { rows } = await owner.query<{ name: string }>(UNFORCED);
  for (const { name } of rows) await atOnce(owner, [`ALTER TABLE public.${identifier(name)} FORCE ROW LEVEL SECURITY`]);
}

async function refuseWeakShards(owner: Client): Promise<void> {
  await owner.query(`BEGIN; ${SHOW_SHARDS}`);
  const { faults: found, unreachable } = await findShardFaults(askOf(owner));
  await owner.query('COMMIT');
  const faults = [...found, ...unreachable];
  if (faults.length > 0)
    throw new SetupError(
      `The tables are distributed, but would not keep accounts apart, so no gateway starts:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
}

async function distributeAll(owner: Client, wanted: number | null, report: (step: string) => void): Promise<void> {
  await owner.query('SELECT pg_advisory_lock($1)', [SETUP_LOCK]);
  const { refusals, tables, shards, database } = await plan(owner, wanted);
  if (refusals.length > 0) throw new SetupError(refusals.join('\n'));
  await refuseGateways(owner, 'Stop every gateway: tables are moved while nobody may write.');
  await atOnce(owner, settingStatements(database));
  const left = tables.filter(({ step }) => step === 'distribute');
  if (left.length > 0) {
    const keys = await foreignKeys(owner);
    await atOnce(owner, [
      ...[...keys].map((key) => {
        const [table = '', name = ''] = key.split(' ');
        return `ALTER TABLE public.${identifier(table)} DROP CONSTRAINT ${identifier(name)}`;
      }),
      `ALTER TABLE public.${ACCOUNTS} DROP CONSTRAINT IF EXISTS account_slug_key`,
    ]);
  }
  // Also of tables that are distributed already: an earlier release may have had another form.
  await atOnce(
    owner,
    [...SHARD_RESTRICTIONS].map(
      ([table, condition]) =>
        `ALTER POLICY restricted_rows ON public.${identifier(table)} USING (${condition}) WITH CHECK (${condition})`,
    ),
  );
  for (const { name } of left) {
    report(`table ${name}`);
    await distributeTable(owner, name, shards);
  }
  await distributeFunctions(owner);
  await restoreChecks(owner, report);
  await refuseWeakShards(owner);
}

/**
 * Distributes every table with rows of accounts that is not distributed yet; running it again after an interruption
 * continues.
 * @param shards a power of two, null for the default; only for tables that are not distributed yet.
 * @param report called at the beginning of each step.
 * @throws SetupError with every reason why it cannot be done; nothing is changed then.
 */
export const distribute = (ownerUrl: string, shards: number | null, report: (step: string) => void): Promise<void> =>
  withOwner(ownerUrl, (owner) => distributeAll(owner, shards, report));
