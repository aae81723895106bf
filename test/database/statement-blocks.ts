/** How many blocks a statement reads, as the gateway sends it, planned for its values and for any values. */
import { Client } from 'pg';
import { literal } from '../../bench/lists/explain-plan';
import { newId } from '../../src/db/ids';
import { PipelineClient } from '../../src/db/pipeline/pipeline-client';
import type { PreparedQuery } from '../../src/db/pipeline/batch';
import { gatewayConnection } from '../../src/db/session-settings';
import { connected } from '../harness/sql';

/** A statement with the settings of the transaction that it was sent in. */
interface SentStatement {
  readonly user: string;
  readonly settings: readonly string[];
  readonly query: PreparedQuery;
}

const CONTROL = /^(BEGIN|COMMIT|ROLLBACK|SELECT current_setting)/;

/** One of each text that is sent while `work` runs. */
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
      else if (!CONTROL.test(query.text)) sent.set(query.text, { user: this.user ?? '', settings, query });
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

/** A stored row cannot be inserted again: it gets another id and another name. */
function renewed({ text, values }: PreparedQuery): unknown[] {
  const names = /^INSERT INTO "\w+" \(([^)]*)\) (?:VALUES|SELECT)/.exec(text)?.[1]?.split(', ') ?? [];
  if (text.includes('record_master_access')) return [newId(), ...values.slice(1)];
  return values.map((value, index) => (['"id"', '"name"', '"slug"'].includes(names[index] ?? '') ? newId() : value));
}

/** A link cannot be inserted again either and has only ids: it is deleted first. */
function removal({ text, values }: PreparedQuery): string | null {
  const [, table = '', columns = ''] = /^INSERT INTO ("\w+") \(([^)]*)\) (?:VALUES|SELECT)/.exec(text) ?? [];
  if (table === '' || columns.split(', ').includes('"id"')) return null;
  return `DELETE FROM ${table} WHERE (${columns}) = (${values.map(literal).join(', ')})`;
}

interface Explained {
  readonly 'QUERY PLAN': readonly [{ readonly Plan: Readonly<Record<string, unknown>> }];
}

async function blocksOf(client: Client, { settings, query }: SentStatement, plan: string): Promise<number> {
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
  } finally {
    await client.query('ROLLBACK');
    await client.query('DEALLOCATE ALL');
  }
}

export interface Cost {
  readonly text: string;
  /** Blocks of 8 KB, found in memory or not. */
  readonly custom: number;
  readonly generic: number;
}

/** @param urlOf the connection of a role. Every statement is rolled back. */
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
      // The first execution also reads the catalogs.
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

/** Adds rows of other accounts wherever a statement of a request could meet them, without triggers. */
export const addOtherAccounts = (superuserUrl: string, accounts: number, keysOfEach: number): Promise<void> =>
  connected(superuserUrl, async (client) => {
    await client.query('SET session_replication_role = replica');
    for (const statement of OTHERS)
      await client.query(statement.replace('$1', `${accounts}`).replace('$2', `${keysOfEach}`));
    // What earlier measurements wrote and rolled back would be read over and over otherwise.
    await client.query('VACUUM ANALYZE');
  });

const EACH = `FROM (SELECT id FROM other_account) a CROSS JOIN generate_series(1, $2) n`;
const OTHERS = [
  // They would otherwise be audited; the database is thrown away afterwards.
  ...['account', 'api_key', 'tool', 'agent'].map((table) => `ALTER TABLE ${table} DISABLE TRIGGER USER`),
  'CREATE TEMPORARY TABLE other_account AS SELECT gen_random_uuid() AS id, n FROM generate_series(1, $1) n',
  `INSERT INTO account (id, slug, name) SELECT id, 'other-' || id, 'other ' || n FROM other_account`,
  `INSERT INTO api_key (account_id, id, name, kind, role, secret_hash) SELECT a.id, gen_random_uuid(), 'key ' || n, 'PRIMARY', 'ADMINISTRATOR', '\\x00' ${EACH}`,
  'INSERT INTO key_use (account_id, id, last_used_at) SELECT k.account_id, k.id, now() FROM api_key k JOIN other_account a ON a.id = k.account_id',
  `INSERT INTO key_usage (account_id, key_id, action, resource, count, first_at, last_at) SELECT k.account_id, k.id, 'READ', 'Tool', 1, now(), now() FROM api_key k JOIN other_account a ON a.id = k.account_id`,
  `INSERT INTO idempotency (account_id, caller_id, key, write, fingerprint) SELECT a.id, gen_random_uuid(), 'key ' || n, 1, '\\x00' ${EACH}`,
  `INSERT INTO operator_idempotency (caller_id, key, write, fingerprint) SELECT gen_random_uuid(), 'key ' || n, 1, '\\x00' ${EACH}`,
  `INSERT INTO rate_limit (key, points, expire) SELECT 'key:' || gen_random_uuid(), 1, 1 ${EACH}`,
  `INSERT INTO audit_denial (account_id, minute, key_id, code, field, count) SELECT a.id, date_trunc('minute', now()), gen_random_uuid(), 'FORBIDDEN', 'x', 1 ${EACH}`,
  `INSERT INTO master_access (id, key_id, key_name, fields, address, request_id, every_account, account_ids) SELECT gen_random_uuid(), gen_random_uuid(), 'x', '{}', '', '', false, '{}' ${EACH}`,
  `INSERT INTO tool (account_id, id, name, type) SELECT a.id, gen_random_uuid(), 'tool ' || n, 'CUSTOM' ${EACH}`,
  `INSERT INTO agent (account_id, id, name, type) SELECT a.id, gen_random_uuid(), 'agent ' || n, 'A2A' ${EACH}`,
  `INSERT INTO audit_event (account_id, sequence, at, actor_kind, actor_name, action, resource_type, resource_id, hash, form) SELECT a.id, n, now(), 'database', 'x', 'CREATE', 'Tool', 'x', '\\x00', 2 ${EACH}`,
];
