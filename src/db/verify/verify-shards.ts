/**
 * Verifies that every shard, on every server, protects its rows like its table, and that every server runs the same
 * functions as the same roles: the table, as a session sees it, does not show this.
 */
import { z } from 'zod';
import { hasLostServer } from '../database-errors';
import { literal } from '../setup/roles';
import { IN_SCHEMA, OWNER, ROLES, type Ask } from './catalog';
import { nodeReport, PROTECTION_KINDS } from './node-report';
import {
  ACCOUNTS,
  distributedTables,
  distributionColumn,
  ON_COORDINATOR,
  SHARD_FUNCTIONS,
  SHARD_SETTINGS,
  type DistributedTable,
} from './shards';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Tables of accounts, whether distributed or not. */
const ACCOUNT_TABLES = `
  SELECT c.relname::text FROM pg_class c
   WHERE ${IN_SCHEMA} AND c.relkind IN ('r', 'p') AND (c.relname = '${ACCOUNTS}' OR EXISTS (
           SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped))
     AND c.oid NOT IN (SELECT coalesce(to_regclass(shard_name(s.logicalrelid, s.shardid)), 0) FROM pg_catalog.pg_dist_shard s)
   ORDER BY 1`;

/** A row for each server that has shards, or may get some: its number, its name, whether it is this one, and its shards. */
const NODES = `
  SELECT n.nodeid::int, n.nodename, n.nodeport, n.groupid = (SELECT l.groupid FROM pg_catalog.pg_dist_local_group l),
         n.groupid = 0, coalesce((SELECT jsonb_object_agg(s.name, s.count) FROM (
           SELECT d.logicalrelid::regclass::text AS name, count(*) AS count
             FROM pg_catalog.pg_dist_placement p JOIN pg_catalog.pg_dist_shard d ON d.shardid = p.shardid
             JOIN pg_class c ON c.oid = d.logicalrelid AND c.relnamespace = 'public'::regnamespace
            WHERE p.groupid = n.groupid GROUP BY 1) s), '{}')
    FROM pg_catalog.pg_dist_node n WHERE n.noderole = 'primary' ORDER BY n.nodeid`;

const DELEGATED = `
  SELECT p.proname::text FROM pg_catalog.pg_dist_object o JOIN pg_proc p ON p.oid = o.objid
   WHERE o.classid = 'pg_proc'::regclass AND o.force_delegation AND p.proowner = ${OWNER}`;

const texts = z.array(z.string());
const REPORT = z.object({
  /** Tables by name: what protects them, as one hash for each kind. */
  tables: z.array(z.tuple([z.string(), texts])),
  /** Shards that are alike: their table, the hashes, how many, and the number of one of them. */
  shards: z.array(z.tuple([z.string(), texts, z.number(), z.string()])),
  functions: z.array(z.tuple([z.string(), z.string()])),
  roles: z.array(z.tuple([z.string(), z.string()])),
  settings: z.array(z.string().nullable()),
  /** Settings that sessions begin with, and whose. */
  stored: z.array(z.tuple([z.string(), z.string()])),
});
type Report = z.infer<typeof REPORT>;

interface Node {
  /** Its number, not its host: anybody may read the faults at /readyz. */
  readonly name: string;
  readonly isLocal: boolean;
  readonly isCoordinator: boolean;
  /** How many shards of each table it has, as the coordinator knows. */
  readonly shards: ReadonlyMap<string, number>;
  /** Null if the server did not answer. */
  readonly report: Report | null;
  /** No role of the gateway reaches it through the coordinator: none of its rows can be read or changed. */
  readonly isUnreachable: boolean;
}

/** How a session of each role asks other servers; each statement ends when the answer takes too long. */
export interface AsksOfServers {
  readonly tenant: Ask;
  /** Roles that read rows, too. */
  readonly others: readonly Ask[];
}

export interface ShardFaults {
  /** Why rows would be less protected than their table, and which tables are only partly distributed. */
  readonly faults: readonly string[];
  /** Servers whose accounts are not served at present, a sentence each. */
  readonly unreachable: readonly string[];
}

/** How Citus begins to say that it could not connect to another server. */
const NO_CONNECTION = 'failed to connect to';

interface Answer extends Pick<Node, 'isUnreachable'> {
  /** Null if there is none. */
  readonly report: string | null;
}

const read = (report: string | null): Report | null => (report === null ? null : REPORT.parse(JSON.parse(report)));

/** A server's name and port. */
type Place = readonly [host: unknown, port: unknown];

/** Each server by itself: one that does not answer keeps none of the others waiting. */
async function askServer(ask: Ask, [host, port]: Place, query: string): Promise<Answer> {
  const at = `ARRAY[${literal(text(host))}], ARRAY[${Number(port)}]`;
  try {
    const [[success, result] = []] = await ask(
      `SELECT w.success, w.result FROM master_run_on_worker(${at}, ARRAY[${literal(query)}], false) w`,
    );
    if (success === true) return { report: text(result), isUnreachable: false };
    return { report: null, isUnreachable: text(result).startsWith(NO_CONNECTION) };
  } catch (error) {
    if (hasLostServer(error)) return { report: null, isUnreachable: true };
    throw error;
  }
}

/**
 * The report as the tenant. A server that refuses it, or takes too long for it, is reached all the same if it lets
 * another role in: rows are read there.
 */
async function reportOf(ask: Ask, { tenant, others }: AsksOfServers, place: Place, query: string): Promise<Answer> {
  const [answer, ...probes] = await Promise.all([
    askServer(tenant, place, query),
    ...others.map((other) => askServer(other, place, 'SELECT 1')),
  ]);
  if (!answer.isUnreachable || probes.every(({ report }) => report === null)) return answer;
  // It may have come back in between.
  const { report } = await askServer(ask, place, query);
  return { report, isUnreachable: false };
}

async function readNodes(ask: Ask, asks: AsksOfServers): Promise<Node[]> {
  const [, ...roles] = (await ask(ROLES))[0] ?? [];
  const query = nodeReport(roles.map(text));
  const [[own] = []] = await ask(query);
  const nodes = await ask(NODES);
  return Promise.all(
    nodes.map(async ([id, host, port, isLocal, isCoordinator, placements]) => {
      const shards = new Map(Object.entries(z.record(z.string(), z.number()).parse(placements)));
      const { report, isUnreachable } =
        isLocal === true || shards.size === 0
          ? { report: isLocal === true ? text(own) : null, isUnreachable: false }
          : await reportOf(ask, asks, [host, port], query);
      return {
        name: `${Number(id)} of pg_dist_node`,
        isLocal: isLocal === true,
        isCoordinator: isCoordinator === true,
        shards,
        report: read(report),
        isUnreachable,
      };
    }),
  );
}

const differing = (own: readonly string[], expected: readonly string[] | undefined): string[] =>
  expected === undefined ? [] : PROTECTION_KINDS.filter((_kind, index) => own[index] !== expected[index]);

/** @param at of another server: ` on the server 2 of pg_dist_node`; empty for the coordinator. */
function relationFaults({ shards: counts }: Node, report: Report, coordinator: Report, at: string): string[] {
  const expected = new Map(coordinator.tables);
  const tables = report.tables.flatMap(([table, own]) =>
    differing(own, expected.get(table)).map(
      (kind) => `the table ${table}${at} differs from that of the coordinator in ${kind}`,
    ),
  );
  const found = new Map<string, number>();
  const shards = report.shards.flatMap(([table, own, count, example]) => {
    found.set(table, (found.get(table) ?? 0) + count);
    return differing(own, expected.get(table)).map(
      (kind) =>
        `the shard ${example} of the table ${table}${at} differs from its table in ${kind}; restore what public.${table} has on ${table}_${example}`,
    );
  });
  const missing = [...counts].filter(([table, count]) => expected.has(table) && found.get(table) !== count);
  return [
    ...tables,
    ...shards,
    ...missing.map(([table]) => `a shard of the table ${table} is missing${at || ' here'}`),
  ];
}

function differences(
  what: string,
  remedy: string,
  own: readonly (readonly [string, string])[],
  expected: readonly (readonly [string, string])[],
  at: string,
): string[] {
  const [have, want] = [new Map(own), new Map(expected)];
  const names = [...new Set([...have.keys(), ...want.keys()])].filter((name) => have.get(name) !== want.get(name));
  return names.map((name) => `the ${what} ${name}${at} differs from that of the coordinator${remedy}`);
}

const REPLICATION_ROLE = 'session_replication_role';

function settingFaults({ settings, stored }: Report, at: string): string[] {
  const wrong = Object.entries(SHARD_SETTINGS)
    .filter(([, wanted], index) => settings[index] !== wanted)
    .map(
      ([name, wanted]) =>
        `the setting ${name} is not ${wanted} in the gateway's sessions${at}; run portcullis distribute again, then restart the gateway`,
    );
  const begun = stored
    // Of its own sessions the gateway states the others itself.
    .filter(([name]) => at !== '' || name === REPLICATION_ROLE)
    .map(([name, whose]) =>
      name === REPLICATION_ROLE
        ? `${name} is set for ${whose}${at}, which turns foreign keys off; run: ALTER ROLE … RESET`
        : `${name} is set for ${whose}${at}, in place of what the gateway sets; run: ALTER ROLE … RESET ${name}`,
    );
  return [...wrong, ...begun];
}

function nodeFaults(node: Node, coordinator: Report): string[] {
  const { report, isLocal, name } = node;
  const at = isLocal ? '' : ` on the server ${name}`;
  if (report === null)
    return [
      `the server ${name}, which has shards, cannot be verified: it does not answer the coordinator as the tenant`,
    ];
  const faults = [...relationFaults(node, report, coordinator, at), ...settingFaults(report, at)];
  if (isLocal) return faults;
  return [
    ...faults,
    ...differences('function', '; run: portcullis distribute', report.functions, coordinator.functions, at),
    ...differences('role', ', or the roles that it belongs to', report.roles, coordinator.roles, at),
  ];
}

function misplaced(tables: readonly string[], distributed: ReadonlyMap<string, DistributedTable>): string[] {
  const colocation = distributed.get(ACCOUNTS)?.colocation;
  return tables
    .filter((table) => {
      const found = distributed.get(table);
      if (ON_COORDINATOR.has(table)) return found !== undefined;
      return found?.colocation !== colocation || found?.column !== distributionColumn(table);
    })
    .map((table) => `the table ${table} is not distributed by account as others are; run: portcullis distribute`);
}

/** More would hide the others in a log. */
const MAX_FAULTS = 20;

export const NO_SHARD_FAULTS: ShardFaults = { faults: [], unreachable: [] };

/**
 * Nothing is found in a database without shards.
 * @param ask with SHOW_SHARDS if the database uses Citus.
 * @param asks how servers are asked.
 */
export async function findShardFaults(
  ask: Ask,
  asks: AsksOfServers = { tenant: ask, others: [] },
): Promise<ShardFaults> {
  const distributed = await distributedTables(ask);
  if (distributed.size === 0) return NO_SHARD_FAULTS;
  const tables = (await ask(ACCOUNT_TABLES)).map(([name]) => text(name));
  const delegated = new Set((await ask(DELEGATED)).map(([name]) => text(name)));
  const undelegated = [...SHARD_FUNCTIONS.keys()].filter((name) => !delegated.has(name));
  const nodes = await readNodes(ask, asks);
  const here = nodes.find(({ isLocal }) => isLocal);
  if (!here?.report || !here.isCoordinator)
    return {
      ...NO_SHARD_FAULTS,
      faults: [
        'this server is not the coordinator of the shards, or not in pg_dist_node: the gateway must connect to the coordinator',
      ],
    };
  const { report } = here;
  const used = nodes.filter(({ isLocal, shards }) => isLocal || shards.size > 0);
  return {
    faults: [
      ...misplaced(tables, distributed),
      ...undelegated.map(
        (name) => `the function ${name} does not run where its account is; run: portcullis distribute`,
      ),
      ...used.filter(({ isUnreachable }) => !isUnreachable).flatMap((node) => nodeFaults(node, report)),
    ].slice(0, MAX_FAULTS),
    unreachable: used
      .filter(({ isUnreachable }) => isUnreachable)
      .map(
        ({ name }) =>
          `The coordinator cannot connect to server ${name}; accounts whose shards are there are not served`,
      ),
  };
}
