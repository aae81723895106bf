/** An import is all or nothing: neither a failure of any statement nor a killed process leaves anything behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { PreparedQuery } from '../../src/db/pipeline/batch';
import { PipelineClient } from '../../src/db/pipeline/pipeline-client';
import { secretOf } from '../harness/database';
import { eventually } from '../harness/eventually';
import { setupTwoTenants } from '../harness/setup-tenants';
import { connected, query } from '../harness/sql';
import { APPLY, Promoter } from './client';

const PROJECT = resolve(__dirname, '../..');

const tenants = setupTwoTenants();
const acme = new Promoter(tenants.acme);

beforeAll(async () => {
  await acme.apply(`schemaVersion: 1\ntools:\n  - name: old\n  - name: gone\n`);
}, 60_000);

/** Creates, updates, links and deletes. */
const BUNDLE = `schemaVersion: 1
complete: [tools]
tools:
  - name: old
    description: changed
  - name: new
agents:
  - name: a
    framework: LANGCHAIN
    model: { provider: p, name: n }
    tools: [old, new]
schedules:
  - { agent: a, cron: 0 9 * * * }
`;

/** Every row of the account, including its audit log. */
const stored = (): Promise<Record<string, string>> => tenants.fingerprint(tenants.acme.accountId);

/** Replacements for a statement: one that fails, and one that terminates its own connection. */
const FAULTS = {
  INTERNAL: "DO $$ BEGIN RAISE EXCEPTION 'injected'; END $$",
  UNAVAILABLE: 'SELECT pg_terminate_backend(pg_backend_pid())',
};

/** The request for which a transaction is opened is among the first values that it sends. */
const OPENS_APPLY = /operationName\\*":\\*"Apply/;

/**
 * Sends `fault` to PostgreSQL instead of the nth statement of an apply, from 0 for the opening one to COMMIT.
 * @returns the statements of the apply up to that one.
 */
async function withFault(nth: number, fault: string, work: () => Promise<void>): Promise<string[]> {
  const batch: unknown = Reflect.get(PipelineClient.prototype, 'batch');
  if (typeof batch !== 'function') throw new Error('There is no batch to stand in for');
  const statements: string[] = [];
  const applying = new Set<unknown>();
  const value = function (this: unknown, queries: readonly PreparedQuery[]): unknown {
    // The gateway's own statement, which checks that notifications arrive.
    if (queries.some(({ text }) => text.includes('pg_notify'))) return Reflect.apply(batch, this, [queries]);
    if (OPENS_APPLY.test(JSON.stringify(queries))) applying.add(this);
    const sent = queries.map((query) => {
      if (!applying.has(this) || statements.length > nth) return query;
      statements.push(query.text);
      return statements.length > nth ? { text: fault, values: [] } : query;
    });
    return Reflect.apply(batch, this, [sent]);
  };
  Object.defineProperty(PipelineClient.prototype, 'batch', { value, configurable: true, writable: true });
  try {
    await work();
    return statements;
  } finally {
    Object.defineProperty(PipelineClient.prototype, 'batch', { value: batch, configurable: true, writable: true });
  }
}

it.each(Object.entries(FAULTS))(
  'a failure injected at any statement leaves nothing behind: %s',
  async (code, fault) => {
    const { hash } = await acme.plan(BUNDLE, { prune: true });
    const before = await stored();
    const seen: string[] = [];
    for (let nth = 0; seen.at(-1) !== 'COMMIT'; nth += 1) {
      const statements = await withFault(nth, fault, async () => {
        const { errors } = await acme.tryApply(BUNDLE, hash, { prune: true });
        expect([nth, errors[0]?.extensions.code]).toEqual([nth, code]);
      });
      expect(statements).toHaveLength(nth + 1);
      seen.push(statements.at(-1) ?? '');
      expect(await stored()).toEqual(before);
    }
    const written = ['tool', 'agent', 'schedule', 'agent_tool', 'configuration_import'];
    expect(written.filter((table) => !seen.some((text) => text.startsWith(`INSERT INTO "${table}"`)))).toEqual([]);
    const { data } = await acme.tryApply(BUNDLE, hash, { prune: true });
    expect(data.applyImport.summary).toEqual({ create: 3, update: 1, unchanged: 0, delete: 1 });
    await acme.undo(data.applyImport.importId);
  },
  120_000,
);

const REFUSE = `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'injected'; END $$`;

it('a failure inside a statement, or of the audit event at COMMIT, leaves nothing behind', async () => {
  const { superuserUrl } = tenants.database;
  const bundle = BUNDLE.replaceAll('new', 'newest').replaceAll('name: a', 'name: b').replace('agent: a', 'agent: b');
  const { hash } = await acme.plan(bundle);
  const before = await stored();
  await query(superuserUrl, REFUSE);
  for (const table of [
    'tool',
    'agent',
    'schedule',
    'agent_tool',
    'configuration_import',
    'audit_event',
    'audit_image',
  ]) {
    await query(superuserUrl, `CREATE TRIGGER refuse BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION refuse()`);
    const { errors } = await acme.tryApply(bundle, hash);
    await query(superuserUrl, `DROP TRIGGER refuse ON ${table}`);
    expect([table, errors[0]?.extensions.code]).toEqual([table, 'INTERNAL']);
    expect(await stored()).toEqual(before);
  }
  expect((await acme.tryApply(bundle, hash)).data.applyImport.summary.create).toBe(3);
}, 60_000);

it('a server that is killed during apply leaves nothing behind', async () => {
  const { tenantUrl, operatorUrl, restrictedUrl, superuserUrl } = tenants.database;
  const gateway = spawn(
    process.execPath,
    [
      ...['-r', join(PROJECT, 'test/harness/typescript.js'), join(PROJECT, 'test/harness/gateway-process.ts')],
      ...[tenantUrl, operatorUrl, restrictedUrl, secretOf(tenants.database).toString('hex')],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const [address] = (await once(createInterface(gateway.stdout), 'line')) as [string];
  const bundle = BUNDLE.replaceAll('new', 'newer');
  const { hash: planHash } = await acme.plan(bundle);
  const before = await stored();
  await connected(superuserUrl, async (client) => {
    // The last statement of an import waits for this.
    await client.query('BEGIN; LOCK TABLE configuration_import IN EXCLUSIVE MODE');
    const call = fetch(`${address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': tenants.acme.key },
      body: JSON.stringify({ query: APPLY, variables: { bundle, planHash } }),
    }).catch((error: unknown) => error);
    await eventually(async () => {
      const waiting = await connected(superuserUrl, (other) =>
        other.query(
          "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%configuration_import%'",
        ),
      );
      return waiting.rowCount !== 0;
    }, 30_000);
    gateway.kill('SIGKILL');
    await once(gateway, 'exit');
    expect(await call).toMatchObject({ message: 'fetch failed' });
    await client.query('ROLLBACK');
  });
  expect(await stored()).toEqual(before);
  expect((await acme.apply(bundle)).summary).toEqual({ create: 3, update: 0, unchanged: 1, delete: 0 });
}, 120_000);
