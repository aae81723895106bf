/**
 * Distributes the tables of a database among Citus shards by account, on one server or several, table by table; after
 * an interruption it continues.
 */
import type { Client } from 'pg';
import { IN_SCHEMA } from '../verify/catalog';
import { expectedSchema, type ForeignKey } from '../verify/expected-schema';
import { SHARD_RESTRICTIONS } from '../verify/shard-restrictions';
import { ACCOUNTS, distributionColumn, SHARD_SETTINGS, SHOW_SHARDS, WITHOUT_SHARDS } from '../verify/shards';
import { findShardFaults } from '../verify/verify-shards';
import { atOnce, distributeFunctions } from './distribute-functions';
import { SETUP_LOCK, withOwner } from './owner';
import { askOf, planWith } from './plan-distribution';
import { refuseGateways } from './refuse-gateways';
import { identifier, literal } from './roles';
import { SetupError } from './setup-error';

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
  const { refusals, tables, shards, database } = await planWith(owner, wanted);
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
