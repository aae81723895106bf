/** Counts the blocks that a statement reads as the gateway sends it, planned for its values and with a generic plan. */
import { Client } from 'pg';
import { literal } from '../../bench/lists/explain-plan';
import { newId } from '../../src/db/ids';
import { PipelineClient } from '../../src/db/pipeline/pipeline-client';
import type { PreparedQuery } from '../../src/db/pipeline/batch';
import { gatewayConnection } from '../../src/db/session-settings';
import { connected } from '../harness/sql';

/** A statement with the settings of the transaction in which it was sent. */
export interface SentStatement {
  readonly user: string;
  readonly settings: readonly string[];
  readonly query: PreparedQuery;
}

const CONTROL = /^(BEGIN|COMMIT|ROLLBACK|SELECT current_setting)/;

/** The distinct statements that are sent while `work` runs. */
export async function statementsSentBy(work: () => Promise<void>): Promise<SentStatement[]> {
  const sent = new Map<string, SentStatement>();
  const original = Object.getOwnPropertyDescriptor(PipelineClient.prototype, 'batch');
  if (!original) throw new Error('Statements are sent by PipelineClient.batch');
  const batch = original.value as PipelineClient['batch'];
  const settingsOf = new WeakMap<PipelineClient, readonly string[]>();
  PipelineClient.prototype.batch = function (this: PipelineClient, queries): Promise<unknown[][][]> {
    let settings = queries.some(({ text }) => text.startsWith('BEGIN')) ? [] : (settingsOf.get(this) ?? []);
    for (const query of queries) {
      if (query.text.startsWith('SET LOCAL')) settings = [...settings, query.text];
      else if (!CONTROL.test(query.text))
        sent.set(`${this.user ?? ''} ${query.text}`, { user: this.user ?? '', settings, query });
    }
    settingsOf.set(this, settings);
    return batch.call(this, queries);
  };
  try {
    await work();
  } finally {
    Object.defineProperty(PipelineClient.prototype, 'batch', original);
  }
  return [...sent.values()];
}

const RENEWED = new Set(['"id"', '"name"', '"slug"']);

/** A stored row cannot be inserted again, so it gets another id and name; so does a renamed row. */
function renewed({ text, values }: PreparedQuery): unknown[] {
  const names = /^INSERT INTO "\w+" \(([^)]*)\) (?:VALUES|SELECT)/.exec(text)?.[1]?.split(', ') ?? [];
  if (text.includes('record_master_access')) return [newId(), ...values.slice(1)];
  const [, set = ''] = /^UPDATE .* SET (.*) WHERE /s.exec(text) ?? [];
  for (const [, name = '', place = ''] of set.matchAll(/("\w+") = \$(\d+)/g)) names[Number(place) - 1] = name;
  return values.map((value, index) => (RENEWED.has(names[index] ?? '') ? newId() : value));
}

/** A link cannot be inserted again either, and it has only ids, so it is deleted first. */
function removal({ text, values }: PreparedQuery): string | null {
  const [, table = '', columns = ''] = /^INSERT INTO ("\w+") \(([^)]*)\) (?:VALUES|SELECT)/.exec(text) ?? [];
  if (table === '' || columns.split(', ').includes('"id"')) return null;
  return `DELETE FROM ${table} WHERE (${columns}) = (${values.map(literal).join(', ')})`;
}

interface Explained {
  readonly 'QUERY PLAN': readonly [{ readonly Plan: Readonly<Record<string, unknown>> }];
}

/** Errors that a repeated statement may have: what was inserted before, or what still refers to a row. */
const REFUSED = new Set(['23505', '23503', '23514', '42501']);
const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** @returns null for a statement that the database refused. */
async function blocksOf(client: Client, { settings, query }: SentStatement, plan: string): Promise<number | null> {
  await client.query('BEGIN');
  try {
    for (const setting of [...settings, `SET LOCAL plan_cache_mode = ${plan}`]) await client.query(setting);
    const first = removal(query);
    if (first !== null) await client.query(first);
    await client.query(`PREPARE measured AS ${query.text}`);
    const values = renewed(query);
    const execute = values.length === 0 ? 'EXECUTE measured' : `EXECUTE measured (${values.map(literal).join(', ')})`;
    const { rows } = await client.query<Explained>(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${execute}`);
    const { Plan } = rows[0]?.['QUERY PLAN'][0] ?? { Plan: {} };
    return Number(Plan['Shared Hit Blocks']) + Number(Plan['Shared Read Blocks']);
  } catch (error) {
    if (REFUSED.has(codeOf(error))) return null;
    throw new Error(`Not measured: ${query.text}`, { cause: error });
  } finally {
    await client.query('ROLLBACK');
    await client.query('DEALLOCATE ALL');
  }
}

export interface Cost {
  readonly text: string;
  /** Blocks of 8 KB, cached or not; null for a statement that the database refused. */
  readonly custom: number | null;
  readonly generic: number | null;
}

/** @param urlOf the connection URL of a role. Every statement is rolled back. */
export async function costsOf(statements: readonly SentStatement[], urlOf: (user: string) => string): Promise<Cost[]> {
  const clients = new Map<string, Client>();
  const costs: Cost[] = [];
  try {
    for (const statement of statements) {
      const { user } = statement;
      let client = clients.get(user);
      if (!client) {
        clients.set(user, (client = new Client(gatewayConnection(urlOf(user)))));
        await client.connect();
      }
      // The first execution also reads the catalogue.
      await blocksOf(client, statement, 'force_custom_plan');
      costs.push({
        text: statement.query.text,
        custom: await blocksOf(client, statement, 'force_custom_plan'),
        generic: await blocksOf(client, statement, 'force_generic_plan'),
      });
    }
    return costs;
  } finally {
    for (const client of clients.values()) await client.end();
  }
}

const SCAN = /(?:Index Scan|Index Only Scan)(?: Backward)? using (\w+)|Bitmap Index Scan on (\w+)|(Seq Scan on \w+)/g;

/**
 * What the statement reads, also within functions and triggers: names of indexes, and tables that are read from end to
 * end. It is rolled back.
 */
export const readsBy = (superuserUrl: string, { user, settings, query }: SentStatement): Promise<string[]> =>
  connected({ ...gatewayConnection(superuserUrl) }, async (client) => {
    const plans: string[] = [];
    client.on('notice', ({ message = '' }) => void plans.push(message));
    await client.query("LOAD 'auto_explain'");
    await client.query('SET client_min_messages = notice');
    for (const setting of ['log_min_duration = 0', 'log_nested_statements = on', 'log_level = notice'])
      await client.query(`SET auto_explain.${setting}`);
    await client.query(`SET SESSION AUTHORIZATION "${user}"`);
    await client.query('BEGIN');
    for (const setting of [...settings, 'SET LOCAL plan_cache_mode = force_generic_plan']) await client.query(setting);
    const first = removal(query);
    if (first !== null) await client.query(first);
    plans.length = 0;
    await client.query(query.text, renewed(query));
    await client.query('ROLLBACK');
    const scans = [...plans.join('\n').matchAll(SCAN)].map(
      ([, index, bitmap, table]) => index ?? bitmap ?? table ?? '',
    );
    return [...new Set(scans)];
  });
