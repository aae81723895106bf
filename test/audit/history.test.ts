/** The audit log: what it reports about the past, how it can be exported, and that it contains no secrets. */
import fc from 'fast-check';
import { archiveEnd, archiveEvents } from '../../src/audit/archive';
import { csvHead, csvLine, storedEvent } from '../../src/audit/export';
import { verifyExport } from '../../src/audit/verify-export';
import { readEvents } from '../../src/audit/event-reader';
import { verifyDatabase } from '../../src/audit/verify-database';
import { Signer } from '../../src/auth/signer';
import { asAuditor } from '../../src/db/archive-store';
import { eventually } from '../harness/eventually';
import type { Tenant } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { connected } from '../harness/sql';
import { asDatabaseUser, createTool, UPDATE_TOOL, verify } from './harness';

const SECRET = Buffer.alloc(32, 7);
const signer = new Signer(SECRET);
const tenants = setupTwoTenants({ secret: SECRET });
const { acme, master } = tenants;

const TOOL =
  'query ($id: ID!) { tool(id: $id) { id accountId name description type framework versionLabel tags inputSchema source metadata version createdAt updatedAt deletedAt } }';
const AS_OF = 'query ($id: ID!, $time: DateTime!) { asOf(resourceType: "Tool", id: $id, time: $time) { row } }';

/** The database runs on this machine and has its clock. */
async function nextMillisecond(): Promise<void> {
  const now = Date.now();
  await eventually(async () => Date.now() > now + 1);
}

async function databaseTime(): Promise<string> {
  return connected(tenants.database.superuserUrl, async (client) => {
    const { rows } = await client.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    return rows[0]?.now.toISOString() ?? '';
  });
}

interface Exported {
  readonly auditExport: { readonly lines: string[]; readonly lastSequence: number; readonly complete: boolean };
  readonly auditCheckpoint: object;
}

const EXPORT =
  'query ($after: Int!) { auditCheckpoint { accountId sequence hash at signature } auditExport(after: $after) { lines lastSequence complete } }';

/** The file that the command line writes. */
async function lines(account: Tenant, format: 'jsonl' | 'csv' = 'jsonl'): Promise<string[]> {
  const found: string[] = [];
  for (let after = 0; ;) {
    const { auditExport: page, auditCheckpoint: checkpoint } = await account.ask<Exported>(EXPORT, { after });
    found.push(...page.lines);
    after = page.lastSequence;
    if (!page.complete) continue;
    return format === 'csv'
      ? [csvHead, ...found.map((line) => csvLine(storedEvent(line)))]
      : [...found, JSON.stringify({ checkpoint })];
  }
}

async function* each(list: readonly string[]): AsyncGenerator<string> {
  yield* list;
}

const verifyLines = async (list: readonly string[], publicKey = signer.publicKey) =>
  (await verifyExport(each(list), publicKey))[0];

const input = fc.record(
  {
    description: fc.option(fc.string({ maxLength: 20, unit: 'grapheme' }).filter((text) => !text.includes('\0'))),
    tags: fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 3 }),
    metadata: fc.dictionary(
      fc.stringMatching(/^[a-z]{1,8}$/),
      fc.oneof(fc.integer(), fc.boolean(), fc.stringMatching(/^[ -~]{0,9}$/)),
      { maxKeys: 3 },
    ),
  },
  { requiredKeys: [] },
);

it('asOf returns what a snapshot at that time contained', async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(input, { minLength: 1, maxLength: 4 }), async (inputs) => {
      const earlier = await databaseTime();
      await nextMillisecond();
      const id = await createTool(acme, `subject ${(count += 1)}`);
      const taken: { time: string; row: object }[] = [];
      for (const change of [{}, ...inputs]) {
        await acme.ask(UPDATE_TOOL, { id, input: change });
        const { tool } = await acme.ask<{ tool: object }>(TOOL, { id });
        taken.push({ time: await databaseTime(), row: tool });
        await nextMillisecond();
      }
      for (const { time, row } of taken) {
        const { asOf } = await acme.ask<{ asOf: { row: object } }>(AS_OF, { id, time });
        expect(asOf.row).toEqual({ ...row, deletionId: null });
      }
      expect(await acme.ask(AS_OF, { id, time: earlier })).toEqual({ asOf: { row: null } });
      expect(await tenants.globex.ask(AS_OF, { id, time: taken[0]?.time })).toEqual({ asOf: null });
    }),
    { numRuns: 30 },
  );
});

it('the history of a row contains every change, including its purge', async () => {
  const { database } = tenants;
  const id = await createTool(acme, 'short-lived');
  await acme.ask('mutation ($id: ID!) { deleteTool(id: $id) { id } }', { id });
  await asDatabaseUser(database, `DELETE FROM tool WHERE id = '${id}'`);
  const asked = 'query ($id: ID!) { history(resourceType: "Tool", id: $id) { nodes { action } } }';
  expect(await acme.ask(asked, { id })).toEqual({
    history: { nodes: [{ action: 'CREATE' }, { action: 'DELETE' }, { action: 'PURGE' }] },
  });
  expect(await tenants.globex.ask(asked, { id })).toEqual({ history: { nodes: [] } });
});

it('a key in a field, a header, a name or an error never reaches an event, a denial or a log', async () => {
  const { log, database } = tenants;
  const canary = acme.key;
  const id = await createTool(acme, 'a tool');
  for (const input of [
    { name: canary.slice(0, 200) },
    { description: canary },
    { metadata: { note: canary } },
    { metadata: { [canary]: 1 } },
    { tags: [canary.slice(0, 60)] },
  ]) {
    const { errors } = await acme.send(UPDATE_TOOL, { id, input });
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(JSON.stringify(errors)).not.toContain(canary.slice(0, 60));
  }
  // As stored by an earlier release.
  await connected(database.superuserUrl, (client) =>
    client.query('UPDATE tool SET description = $2, metadata = $3, tags = $4 WHERE id = $1', [
      id,
      canary,
      JSON.stringify({ note: canary, [canary]: 1 }),
      JSON.stringify([canary.slice(0, 60)]),
    ]),
  );
  const headers = { 'x-request-id': canary.slice(0, 64) };
  const reason = await acme.send('{ viewer { kind } }', {}, { 'x-reason': `because ${canary}` });
  expect(reason.errors[0]?.extensions.code).toBe('BAD_REQUEST');
  await acme.ask(
    `mutation ${canary}($id: ID!) { updateTool(id: $id, input: { versionLabel: "2" }) { id } }`,
    { id },
    headers,
  );
  await acme.send(`query ${canary} { ${canary} }`, {}, headers);
  await acme.send('{ accounts { totalCount } }', {}, headers);
  await acme.send(UPDATE_TOOL, { id: canary, input: {} }, headers);
  await master.ask(
    'mutation ($id: ID!) { updateAccount(id: $id, input: { metadata: { a: 1 } }) { id } }',
    { id: acme.accountId },
    headers,
  );
  await acme.ask('{ auditDenials { totalCount } }');
  const [, , , secret = ''] = canary.split('_');
  const texts = await connected(database.superuserUrl, async (client) => {
    const events = await client.query<{ text: string }>(
      'SELECT e::text AS text FROM audit_event e UNION ALL SELECT i::text FROM audit_image i UNION ALL SELECT d::text FROM audit_denial d',
    );
    const hashes = await client.query<{ hash: string }>(
      "SELECT encode(secret_hash, 'hex') AS hash FROM api_key UNION SELECT encode(secret_hash, 'hex') FROM master_key",
    );
    return { recorded: events.rows.map(({ text }) => text).join('\n'), hashes: hashes.rows.map(({ hash }) => hash) };
  });
  expect(texts.recorded).toContain('pcl_live_...');
  for (const text of [texts.recorded, JSON.stringify(log)]) {
    expect(text).not.toContain(secret.slice(0, 16));
    for (const hash of texts.hashes) expect(text).not.toContain(hash);
  }
  expect(await verify(acme)).toMatchObject({ intact: true });
});

describe('an export', () => {
  let exported: string[];
  let account: Tenant;
  beforeAll(async () => {
    account = await tenants.createAccount('exported');
    const id = await createTool(account, 'exported', { description: '=1+1 "quoted", “ü” 𝄞' });
    for (let n = 0; n < 6; n += 1) await account.ask(UPDATE_TOOL, { id, input: { description: `"${n}"` } });
    exported = await lines(account);
  });

  it('verifies as it was written', async () => {
    expect(await verifyLines(exported)).toMatchObject({ checked: exported.length - 1, problem: null, start: null });
  });

  it.each([
    [
      'edited',
      (list: string[]) => list.map((line, n) => (n === 4 ? line.replace('UpdateTool', 'UpdateTooo') : line)),
      'EDITED',
      5,
    ],
    ['without a line', (list: string[]) => list.filter((_, n) => n !== 4), 'MISSING', 5],
    [
      'with two lines swapped',
      (list: string[]) => list.map((line, n) => list[n === 4 ? 5 : n === 5 ? 4 : n] ?? line),
      'MISSING',
      5,
    ],
    [
      'with a line twice',
      (list: string[]) => list.flatMap((line, n) => (n === 4 ? [line, line] : [line])),
      'OUT_OF_ORDER',
      5,
    ],
    ['cut off', (list: string[]) => list.slice(0, 6), 'TRUNCATED', 7],
    ['cut off before its signed end', (list: string[]) => [...list.slice(0, 6), list.at(-1) ?? ''], 'TRUNCATED', 7],
  ])('that was %s is detected offline', async (_, tamper, kind, sequence) => {
    expect((await verifyLines(tamper(exported)))?.problem).toMatchObject({ kind, sequence });
  });

  it('is valid only with the signature of the gateway', async () => {
    expect((await verifyLines(exported, new Signer(Buffer.alloc(32)).publicKey))?.problem).toMatchObject({
      kind: 'EDITED',
    });
  });

  it('as CSV has a line for each event, and nothing that a spreadsheet would execute', async () => {
    const rows = await lines(account, 'csv');
    expect(rows).toHaveLength(exported.length);
    expect(rows[0]).toMatch(/^accountId,sequence,at,/);
  });

  it('contains events byte for byte, including numbers that no double can hold', async () => {
    const metadata = '{"n": 1e400, "f": 1.10, "big": 12345678901234567890, "text": "a \\"} , \\\\", "after": {}}';
    const odd = await tenants.createAccount('odd-numbers');
    const id = await createTool(odd, 'odd, "after" : ');
    await asDatabaseUser(tenants.database, 'UPDATE tool SET metadata = $1 WHERE id = $2', [metadata, id]);
    await asDatabaseUser(tenants.database, 'DELETE FROM tool WHERE id = $1', [id]);
    const events = (await lines(odd)).slice(0, -1).map(storedEvent);
    await asAuditor(tenants.database.operatorUrl, async (ask) => {
      let place = 0;
      for await (const event of readEvents(ask, odd.accountId)) expect(events[place++]).toEqual(event);
      expect(place).toBe(events.length);
    });
    expect(events.at(-1)?.images?.before).toContain('12345678901234567890');
  });

  it('can replace archived events, and the remaining chain verifies', async () => {
    const { ownerUrl, operatorUrl, superuserUrl } = tenants.database;
    await asAuditor(operatorUrl, async (ask) => {
      const end = await archiveEnd(ask, account.accountId, '2100-01-01T00:00:00Z');
      if (!end) throw new Error('Nothing to archive');
      expect(end.sequence).toBe(exported.length - 2);
      expect(await archiveEvents(ask, ownerUrl, signer, end)).toBe(exported.length - 2);
    });
    await createTool(account, 'after the archive');
    expect(await verify(account)).toMatchObject({ intact: true, complete: true, checked: 2 });
    expect(await verifyLines(await lines(account))).toMatchObject({
      checked: 2,
      problem: null,
      start: { sequence: exported.length - 2 },
    });
    await asDatabaseUser(tenants.database, 'UPDATE audit_checkpoint SET sequence = sequence - 1');
    expect((await account.send('{ verifyAudit { intact } }')).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    const beside = () => asAuditor(operatorUrl, (ask) => verifyDatabase(ask, account.accountId, signer.publicKey));
    expect((await beside()).problem).toMatchObject({ kind: 'EDITED', sequence: exported.length - 3 });
    await connected(superuserUrl, (client) => client.query('UPDATE audit_checkpoint SET sequence = sequence + 1'));
    expect((await beside()).problem).toBeNull();
    await asDatabaseUser(tenants.database, 'DELETE FROM audit_checkpoint');
    expect((await beside()).problem).toMatchObject({ kind: 'MISSING', sequence: 1 });
    expect(await verify(account)).toMatchObject({ fault: 'MISSING', faultSequence: 1 });
  });
});
