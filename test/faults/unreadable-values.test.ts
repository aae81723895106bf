/** A stored value that no parser accepts fails the requests that read it, and nothing else. */
import { seed, type SeededIds } from '../harness/factories';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { withoutTriggers } from '../harness/sql';

let tenants: TwoTenants;
let own: SeededIds;
const strays: unknown[] = [];
const remember = (error: unknown): void => void strays.push(error);

beforeAll(async () => {
  process.on('unhandledRejection', remember);
  process.on('uncaughtException', remember);
  tenants = await createTwoTenants({ settings: { POOL_SIZE: 2 } });
  own = await seed(tenants.acme, 'Own');
}, 60_000);
afterAll(async () => {
  await tenants.close();
  process.off('unhandledRejection', remember);
  process.off('uncaughtException', remember);
  expect(strays).toEqual([]);
});

const ONE = 'query ($id: ID!) { tool(id: $id) { name createdAt updatedAt version } }';
const UPDATE = 'mutation ($id: ID!) { updateTool(id: $id, input: { description: "x" }) { id createdAt } }';

/** Bypasses triggers and checks, as manual SQL could. */
const store = (statement: string, values: unknown[]): Promise<void> =>
  withoutTriggers(tenants.database.superuserUrl, async (client) => {
    await client.query(statement, values);
  });

const [FIRST, SECOND] = [0, 1];
const idOf = (type: string, place: number): string => own.get(type)?.[place] ?? '';

async function expectUsual(): Promise<void> {
  const id = idOf('Tool', SECOND);
  const answers = await Promise.all(Array.from({ length: 8 }, () => tenants.acme.send(ONE, { id })));
  expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  expect((await tenants.acme.send(UPDATE, { id })).errors).toEqual([]);
  expect((await tenants.globex.send('{ tools { totalCount } }')).errors).toEqual([]);
}

async function expectInternal(query: string, variables: object, column: RegExp): Promise<void> {
  tenants.log.splice(0);
  const { data, errors, text, headers } = await tenants.acme.send(query, variables);
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['INTERNAL']);
  const requestId = headers['x-request-id'];
  expect(text).not.toMatch(/infinity| BC|20000|created_at|"version"/);
  const logged = tenants.log.find((line) => line['requestId'] === requestId && 'fault' in line);
  expect(JSON.stringify(logged)).toMatch(column);
  expect(data === null || Object.values(data).every((value) => value === null)).toBe(true);
  await expectUsual();
}

const TIMES = ['infinity', '-infinity', '0044-03-15 12:00:00 BC', '20000-01-01 00:00:00+00', '0001-01-01 00:00:00 BC'];

it.each(TIMES)('the time %s in a row fails only the requests for that row', async (time) => {
  const id = idOf('Tool', FIRST);
  await store('UPDATE tool SET created_at = $2 WHERE id = $1', [id, time]);
  try {
    const named = new RegExp(`created_at.*tool.*${id}`);
    await expectInternal(ONE, { id }, named);
    await expectInternal(UPDATE, { id }, named);
    await expectInternal('{ tools(first: 100) { nodes { name createdAt } } }', {}, named);
  } finally {
    await store('UPDATE tool SET created_at = now() WHERE id = $1', [id]);
  }
  expect((await tenants.acme.send(ONE, { id })).errors).toEqual([]);
});

it('a concurrent request is answered when another one fails because of such a value', async () => {
  const [bad, good] = [idOf('Tool', FIRST), idOf('Tool', SECOND)];
  await store("UPDATE tool SET created_at = 'infinity' WHERE id = $1", [bad]);
  try {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => tenants.acme.send(ONE, { id: index % 2 === 0 ? bad : good })),
    );
    answers.forEach(({ errors }, index) =>
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(index % 2 === 0 ? ['INTERNAL'] : []),
    );
  } finally {
    await store('UPDATE tool SET created_at = now() WHERE id = $1', [bad]);
  }
});

const HISTORY = 'query ($id: ID!) { history(id: $id, resourceType: "Tool") { nodes { sequence action } } }';

it('an integer that no number holds exactly is never rounded', async () => {
  const id = idOf('Tool', FIRST);
  await store("UPDATE audit_event SET sequence = 9007199254740993 WHERE resource_id = $1 AND action = 'CREATE'", [id]);
  await expectInternal(HISTORY, { id }, /sequence.*audit_event/);
});

it.each(['1e400', '12345678901234567890', '-0.12345678901234567890'])(
  'a number of JSON that a number would change is never changed: %s',
  async (number) => {
    const id = idOf('Tool', FIRST);
    const read = 'query ($id: ID!) { tool(id: $id) { name metadata } }';
    await store('UPDATE tool SET metadata = $2::jsonb WHERE id = $1', [
      id,
      `{"text": "${number}", "list": [${number}]}`,
    ]);
    try {
      const named = new RegExp(`metadata.*tool.*${id}`);
      await expectInternal(read, { id }, named);
      // A change parses values that a query would pass on.
      await expectInternal(UPDATE.replace('createdAt', 'metadata'), { id }, named);
    } finally {
      await store(
        `UPDATE tool SET metadata = '{"text": "12345678901234567890", "a": [0.1, 100000000000000000000]}' WHERE id = $1`,
        [id],
      );
    }
    const { tool } = await tenants.acme.ask<{ tool: { metadata: object } }>(read, { id });
    expect(tool.metadata).toEqual({ text: '12345678901234567890', a: [0.1, 1e20] });
  },
);

const KEY = 'mutation { createApiKey(input: { name: "forever", role: ADMINISTRATOR }) { apiKey { id } secret } }';
const KEYS = '{ apiKeys(first: 100) { nodes { name expiresAt } } }';
interface NewKey {
  readonly createApiKey: { readonly apiKey: { readonly id: string }; readonly secret: string };
}

it.each([
  ['infinity', 200],
  ['-infinity', 401],
  ['20000-01-01 00:00:00+00', 200],
  ['0044-03-15 12:00:00 BC', 401],
])('a key that expires at %s is looked up with status %i, and its list fails alone', async (time, status) => {
  const { createApiKey: made } = await tenants.acme.ask<NewKey>(KEY);
  await store('UPDATE api_key SET expires_at = $2 WHERE id = $1', [made.apiKey.id, time]);
  try {
    expect((await tenants.client(made.secret).send('{ tools { totalCount } }')).status).toBe(status);
    await expectInternal(KEYS, {}, new RegExp(`expires_at.*api_key.*${made.apiKey.id}`));
  } finally {
    await store('DELETE FROM api_key WHERE id = $1', [made.apiKey.id]);
  }
});

it('a column whose type was changed by hand fails only requests for it, until it is changed back', async () => {
  const id = idOf('Tool', FIRST);
  expect((await tenants.acme.send(ONE, { id })).errors).toEqual([]);
  const alter = (type: string, using: string): Promise<void> =>
    store(`ALTER TABLE tool ALTER COLUMN updated_at TYPE ${type} USING ${using}`, []);
  await alter('text', "'long ago'");
  try {
    // Prepared statements no longer fit: one error per connection, safe to retry.
    const codes = new Set<string | undefined>();
    for (let round = 0; round < 4; round += 1)
      codes.add((await tenants.acme.send(ONE, { id })).errors[0]?.extensions.code);
    expect([...codes].at(-1)).toBe('INTERNAL');
    expect((await tenants.acme.send('{ agents { totalCount } }')).errors).toEqual([]);
  } finally {
    await alter('timestamptz(3)', 'now()');
    await store('ALTER TABLE tool ALTER COLUMN updated_at SET DEFAULT now()', []);
  }
  for (let round = 0; round < 4; round += 1) await tenants.acme.send(ONE, { id });
  await expectUsual();
});
