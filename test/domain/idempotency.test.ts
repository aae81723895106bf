/** A mutation that is sent twice with the same Idempotency-Key is made once, even if the first answer was lost. */
import type { Socket } from 'node:net';
import { createDatabase, type TestDatabase } from '../harness/database';
import { DatabaseLine } from '../harness/database-line';
import { createTwoTenants, type Client, type TwoTenants } from '../harness/gateway';
import { connected, query } from '../harness/sql';

let tenants: TwoTenants;
let database: TestDatabase;
let line: DatabaseLine;
beforeAll(async () => {
  database = await createDatabase();
  line = await DatabaseLine.to(database.tenantUrl);
  const urls = { tenantUrl: line.through(database.tenantUrl), operatorUrl: database.operatorUrl };
  tenants = await createTwoTenants({ database, urls });
});
afterAll(async () => {
  await tenants.close();
  await line.close();
  await database.drop();
});

const CREATE = 'mutation ($name: String!) { createTool(input: { name: $name }) { id name version createdAt } }';
const once = (key: string): Record<string, string> => ({ 'idempotency-key': key });
const codes = (answer: { errors: readonly { extensions: { code: string } }[] }): string[] =>
  answer.errors.map(({ extensions }) => extensions.code);
const count = async (client: Client, name: string): Promise<number> =>
  (
    await client.ask<{ tools: { totalCount: number } }>(
      'query ($name: String) { tools(filter: { name: { equals: $name } }, deleted: INCLUDE) { totalCount } }',
      { name },
    )
  ).tools.totalCount;

/** The backend that serves the proxied connection, which the database identifies by its client port. */
async function endBackend(database_: Socket): Promise<void> {
  const END = 'SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity WHERE client_port = $1';
  expect(await query(database.superuserUrl, END, [database_.localPort])).toEqual([{ ended: true }]);
}

it.each([
  ['the connection was lost', (client: Socket): void => void client.destroy()],
  ['its backend was terminated', (_client: Socket, database_: Socket): void => void endBackend(database_)],
])('a request repeated after %s at COMMIT gets the stored answer and stores nothing more', async (how, lose) => {
  const { acme } = tenants;
  const [name, key] = [how, once(how.replaceAll(' ', '-'))];
  line.loseCommit(lose);
  const lost = await acme.send(CREATE, { name }, key);
  // It was stored, but the gateway cannot know that, so it does not say that repeating is safe.
  expect(lost.errors.map(({ extensions }) => extensions)).toEqual([
    { code: 'UNAVAILABLE', retry: false, retryAfterSeconds: 2 },
  ]);
  expect([line.isArmed, await count(acme, name)]).toEqual([false, 1]);
  const again = await acme.send(CREATE, { name }, key);
  expect(again.data).toMatchObject({ createTool: { name, version: 1 } });
  expect((await acme.send(CREATE, { name }, key)).text).toBe(again.text);
  expect(await count(acme, name)).toBe(1);
  // Without the key, the same request is another change.
  expect(codes(await acme.send(CREATE, { name }))).toEqual(['CONFLICT']);
});

it('a request whose connection was closed while it waited for a lock is made once, by its repetition', async () => {
  const { acme } = tenants;
  const WAITING =
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO \"tool\"%'";
  const cut = await connected(database.superuserUrl, async (holder) => {
    await holder.query('BEGIN; LOCK TABLE tool IN SHARE MODE');
    const sent = acme.send(CREATE, { name: 'ended' }, once('k-ended'));
    let waiting: { pid: number }[] = [];
    while (waiting.length === 0) waiting = await query(database.superuserUrl, WAITING);
    for (const { pid } of waiting) await query(database.superuserUrl, 'SELECT pg_terminate_backend($1::int)', [pid]);
    return sent;
  });
  expect(codes(cut)).toEqual(['UNAVAILABLE']);
  expect(await count(acme, 'ended')).toBe(0);
  const again = await acme.send(CREATE, { name: 'ended' }, once('k-ended'));
  expect(again.data).toMatchObject({ createTool: { name: 'ended', version: 1 } });
  expect((await acme.send(CREATE, { name: 'ended' }, once('k-ended'))).text).toBe(again.text);
  expect(await count(acme, 'ended')).toBe(1);
});

it('concurrent repetitions are stored once and all get the same answer', async () => {
  const { acme } = tenants;
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => acme.send(CREATE, { name: 'crowd' }, once('k-crowd'))),
  );
  expect(answers.map(codes).flat()).toEqual([]);
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(await count(acme, 'crowd')).toBe(1);
});

it('an Idempotency-Key is valid for one caller and one request', async () => {
  const { acme, globex, master } = tenants;
  await acme.ask(CREATE, { name: 'mine' }, once('k-shared'));
  expect(codes(await acme.send(CREATE, { name: 'other' }, once('k-shared')))).toEqual(['CONFLICT']);
  expect(
    codes(await acme.send('mutation { createTool(input: { name: "mine" }) { id } }', {}, once('k-shared'))),
  ).toEqual(['CONFLICT']);
  expect(await globex.ask(CREATE, { name: 'mine' }, once('k-shared'))).toMatchObject({ createTool: { name: 'mine' } });
  const account = 'mutation { createAccount(input: { slug: "repeated", name: "Repeated" }) { account { id } secret } }';
  const made = await master.send(account, {}, once('k-shared'));
  expect(made.errors).toEqual([]);
  expect((await master.send(account, {}, once('k-shared'))).text).toBe(made.text);
});

it('two changes of one request are distinct, and a failed one may be repeated', async () => {
  const { acme } = tenants;
  const two =
    'mutation { a: createTool(input: { name: "two a" }) { id } b: createTool(input: { name: "two b" }) { id } }';
  const first = await acme.send(two, {}, once('k-two'));
  expect(first.errors).toEqual([]);
  expect((await acme.send(two, {}, once('k-two'))).text).toBe(first.text);
  const id = (first.data as unknown as { a: { id: string } }).a.id;
  const rename = 'mutation { createTool(input: { name: "two a" }) { id } }';
  expect(codes(await acme.send(rename, {}, once('k-failed')))).toEqual(['CONFLICT']);
  await acme.ask('mutation ($id: ID!) { deleteTool(id: $id) { id } }', { id });
  expect(codes(await acme.send(rename, {}, once('k-failed')))).toEqual([]);
});

it('a stored answer is kept encrypted for a day', async () => {
  const { acme } = tenants;
  const NEW_KEY = 'mutation { createApiKey(input: { name: "repeated", role: ADMINISTRATOR }) { secret } }';
  const { createApiKey } = await acme.ask<{ createApiKey: { secret: string } }>(NEW_KEY, {}, once('k-day'));
  expect(await acme.ask(NEW_KEY, {}, once('k-day'))).toEqual({ createApiKey });
  const kept = await query<{ row: string }>(
    database.superuserUrl,
    'SELECT encode(answer, $1) AS row FROM idempotency',
    ['escape'],
  );
  expect(JSON.stringify(kept)).not.toContain(createApiKey.secret);
  await query(database.superuserUrl, "UPDATE idempotency SET created_at = now() - interval '25 hours'");
  expect(await acme.ask(NEW_KEY, {}, once('k-day'))).not.toEqual({ createApiKey });
});

it("another key of the same account does not get the first key's stored answer", async () => {
  const { acme } = tenants;
  const { made } = await acme.ask<{ made: { secret: string } }>(
    'mutation { made: createApiKey(input: { name: "second", role: ADMINISTRATOR }) { secret } }',
  );
  const second = tenants.client(made.secret);
  const create = 'mutation { createApiKey(input: { name: "same request", role: VIEWER }) { secret } }';
  const first = await acme.ask<{ createApiKey: { secret: string } }>(create, {}, once('k-two-keys'));
  const other = await second.send<{ createApiKey: { secret: string } }>(create, {}, once('k-two-keys'));
  expect(other.errors).toEqual([]);
  expect(other.text).not.toContain(first.createApiKey.secret);
  // Each key gets the answer that its own request stored.
  expect(await acme.ask(create, {}, once('k-two-keys'))).toEqual(first);
  expect((await second.send(create, {}, once('k-two-keys'))).text).toBe(other.text);
});

it('an invalid Idempotency-Key is refused', async () => {
  for (const key of ['with blank', 'ä', 'x'.repeat(256)]) {
    expect(codes(await tenants.acme.send(CREATE, { name: 'never' }, once(key)))).toEqual(['BAD_REQUEST']);
  }
});
