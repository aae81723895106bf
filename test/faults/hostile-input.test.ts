/** Malicious input: nothing that fits into a body affects other callers or causes a fault of the gateway. */
import { newId } from '../../src/db/ids';
import type { Answer } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';

const tenants = setupTwoTenants();
const { acme, globex } = tenants;

const CREATE = 'mutation ($input: CreateToolInput!) { createTool(input: $input) { id } }';
const codesOf = ({ errors }: Pick<Answer, 'errors'>): string[] => errors.map(({ extensions }) => extensions.code);
const create = async (input: object): Promise<string[]> => codesOf(await tenants.acme.send(CREATE, { input }));

/** Everything that the caller did wrong; INTERNAL would be the gateway's fault. */
const REFUSED = ['BAD_USER_INPUT'];

describe('values', () => {
  it.each([
    ['a name that ends in half a character', { name: 'half \ud800' }],
    ['a description with half a character', { name: 'half', description: '\udc00 half' }],
    ['an invisible name', { name: '\u200b' }],
    ['a name of blanks that are not ASCII', { name: '\u00a0\u2003' }],
  ])('%s is refused as input', async (_what, input) => {
    expect(await create(input)).toEqual(REFUSED);
  });

  it('a list longer than a call can have arguments is refused before it is parsed', async () => {
    const input = { name: 'x', metadata: { a: Array<number>(130_000).fill(0) } };
    expect(await create(input)).toEqual(['PAYLOAD_TOO_LARGE']);
  });

  it('names may contain emoji, combined letters and any script', async () => {
    for (const name of ['👩‍🚀', 'e\u0301', 'مرحبا', '日本', '𝒳'])
      expect(await create({ name: `${name} ${newId()}` })).toEqual([]);
  });

  it.each(['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-23:59', '2026-02-30T00:00:00Z', '2026-04-31T12:00:00+02:00'])(
    'the time %s, which no calendar or no database has: refused with the form of a time',
    async (time) => {
      const answer = await tenants.acme.send(
        'query ($time: DateTime) { tools(filter: { createdAt: { before: $time } }) { totalCount } }',
        { time },
      );
      expect(codesOf(answer)).toEqual(REFUSED);
      expect(answer.errors[0]?.message).toContain('A DateTime is text like');
    },
  );
});

describe('a JSON Schema', () => {
  /** Comparing each item with each other one would take minutes, longer than Jest waits. */
  const items = (count: number): number[][] => Array.from({ length: count }, (_, index) => [index]);

  it.each([
    ['larger than what is stored', items(9_800), REFUSED],
    ['as large as what is stored', items(9_000), []],
  ])('with an enum of lists, %s, is answered at once', async (_what, list, codes) => {
    expect(await create({ name: `enum ${list.length}`, inputSchema: { enum: list } })).toEqual(codes);
  });

  it('still must not repeat a value', async () => {
    expect(await create({ name: 'twice', inputSchema: { required: ['a', 'a'] } })).toEqual(REFUSED);
    expect(await create({ name: 'twice', inputSchema: { uniqueItems: true, required: ['a', 'b'] } })).toEqual([]);
  });
});

it('a filter has a limited number of metadata conditions', async () => {
  const send = (count: number) =>
    tenants.acme.send(
      'query ($metadata: [MetadataFilter!]) { tools(filter: { metadata: $metadata }) { totalCount } }',
      {
        metadata: Array<object>(count).fill({ path: ['a'], equals: 1 }),
      },
    );
  expect(codesOf(await send(20))).toEqual([]);
  expect(codesOf(await send(21))).toEqual(REFUSED);
});

describe('an Idempotency-Key', () => {
  it('that is invalid is refused as bad input', async () => {
    for (const key of ['', 'two words', 'x'.repeat(256), 'ü']) {
      const answer = await tenants.acme.send(CREATE, { input: { name: 'x' } }, { 'idempotency-key': key });
      expect([answer.status, codesOf(answer)]).toEqual([400, ['BAD_REQUEST']]);
    }
  });

  it('is refused for variables that are nested too deeply', async () => {
    const nested = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    const answer = await tenants.gateway.app.inject({
      method: 'POST',
      url: '/graphql',
      payload: `{"query":"{ viewer { kind } }","variables":{"a":${nested}}}`,
      headers: { 'content-type': 'application/json', 'x-api-key': tenants.acme.key, 'idempotency-key': 'deep' },
    });
    expect(answer.json()).toMatchObject({
      errors: [
        {
          message: 'The JSON is nested more than 64 levels deep. Send flatter JSON.',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    });
  });
});

it('two different keys in two headers are refused, whoever they belong to', async () => {
  const both = (authorization: string) => acme.send('{ viewer { kind } }', {}, { authorization });
  for (const other of [globex.key, tenants.master.key, `${acme.key}x`]) {
    const answer = await both(`Bearer ${other}`);
    expect([answer.status, codesOf(answer)]).toEqual([400, ['BAD_REQUEST']]);
  }
  for (const harmless of [`Bearer ${acme.key}`, `bearer  ${acme.key}`, 'Bearer of.another.proxy', 'Basic eDp5'])
    expect(codesOf(await both(harmless))).toEqual([]);
});

it.each([
  ['a row', 'mutation ($id: ID!) { createTool(accountId: $id, input: { name: "x" }) { id } }'],
  [
    'a key',
    'mutation ($id: ID!) { createApiKey(accountId: $id, input: { name: "x", role: ADMINISTRATOR }) { secret } }',
  ],
])('a master key that creates %s in a missing account gets NOT_FOUND', async (_what, text) => {
  const plain = await tenants.master.send(text, { id: newId() });
  const repeatable = await tenants.master.send(text, { id: newId() }, { 'idempotency-key': newId() });
  expect([plain, repeatable].map(codesOf)).toEqual([['NOT_FOUND'], ['NOT_FOUND']]);
});
