/**
 * Limits and checks apply every time: the first, the second and the hundredth run are refused alike, over every
 * transport.
 */
import { createHash, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, print } from 'graphql';
import { createTwoTenants, startTestGateway, type TestGateway, type TwoTenants } from '../harness/gateway';
import { newFolder } from '../harness/run';
import { setupTwoTenants } from '../harness/setup-tenants';

const tenants = setupTwoTenants();

const RUNS = 100;

interface Request {
  readonly query: string;
  readonly variables?: object;
}

interface Sent {
  readonly status: number;
  readonly body: string;
}

interface Sender {
  readonly key: string | null;
  readonly reason?: string;
}

const headersOf = ({ key, reason }: Sender): Record<string, string> => ({
  'x-request-id': 'same',
  'apollo-require-preflight': 'true',
  ...(key !== null && { 'x-api-key': key }),
  ...(reason !== undefined && { 'x-reason': reason }),
});

async function post(
  sender: Sender,
  request: Partial<Request>,
  extra: object = {},
  { gateway }: Pick<TestGateway, 'gateway'> = tenants,
): Promise<Sent> {
  const answer = await gateway.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { ...headersOf(sender), 'content-type': 'application/json' },
    payload: JSON.stringify({ ...request, ...extra }),
  });
  return { status: answer.statusCode, body: answer.body };
}

async function get(sender: Sender, { query, variables = {} }: Request): Promise<Sent> {
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  const answer = await tenants.gateway.app.inject({ url: `/graphql?${search.toString()}`, headers: headersOf(sender) });
  return { status: answer.statusCode, body: answer.body };
}

const codeOf = ({ body }: Sent): string | undefined =>
  (JSON.parse(body) as { errors?: { extensions: { code: string } }[] }).errors?.[0]?.extensions.code;

const repeat = (count: number, write: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => write(index)).join(' ');

const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);

const PAGES = 'agents(first: $n) { nodes { subAgents { subAgents { tools { id } } } } }';

const LIMITS: Record<string, Request> = {
  bytes: { query: `{ __typename } #${'x'.repeat(33_000)}` },
  tokens: { query: `{ ${'__typename '.repeat(1_001)}}` },
  'root fields': { query: `{ ${repeat(21, () => 'viewer { kind }')} }` },
  depth: { query: `{ agents { nodes { ${'subAgents { '.repeat(10)} id ${'} '.repeat(10)} } } }` },
  aliases: { query: `{ tools { ${repeat(31, (index) => `a${index}: totalCount`)} } }` },
  directives: { query: `query ($y: Boolean!) { tools { ${repeat(21, () => 'totalCount @skip(if: $y)')} } }` },
  'pairs of one name': { query: `{ tools { ${'totalCount '.repeat(100)} } }` },
  fields: {
    query: `${repeat(10, (index) => `fragment F${index} on Agent { ...F${index + 1} ...F${index + 1} }`)} fragment F10 on Agent { id } { agents { nodes { ...F0 } } }`,
  },
  cost: { query: `query ($n: Int) { ${PAGES} }`, variables: { n: 100 } },
  'cost of a document with conditions': {
    query: `query ($n: Int, $y: Boolean = true) { ${PAGES.replace('agents(first: $n)', 'agents(first: $n) @include(if: $y)')} }`,
    variables: { n: 100 },
  },
};

describe('a limit', () => {
  it.each(Object.entries(LIMITS))('on %s applies in every run', async (_name, request) => {
    const sender = { key: tenants.acme.key };
    const first = await post(sender, request);
    expect([first.status, codeOf(first)]).toEqual([400, 'QUERY_TOO_COMPLEX']);
    for (let run = 2; run <= RUNS; run += 1) expect(await post(sender, request)).toEqual(first);
    // Without a key, larger bodies are refused before they are read.
    if (request.query.length < 10_000) expect(await post({ key: null }, request)).toEqual(first);
    expect(await post(sender, request, { extensions: { padding: 'x'.repeat(300_000) } })).toEqual(first);
    if (request.query.length < 10_000) expect(await get(sender, request)).toEqual(first);
  });
});

describe('a check', () => {
  const checks: [string, () => Sender, Request, string][] = [
    [
      'the depth of variables, which the reader of the body refuses',
      () => ({ key: tenants.acme.key }),
      {
        query: 'query ($v: JSON!) { tools(filter: { metadata: [{ path: ["a"], equals: $v }] }) { totalCount } }',
        variables: { v: nested(70) },
      },
      'BAD_USER_INPUT',
    ],
    [
      'introspection without a key',
      () => ({ key: null }),
      { query: '{ __schema { queryType { name } } }' },
      'UNAUTHENTICATED',
    ],
    ['a field that needs a key', () => ({ key: null }), { query: '{ viewer { kind } }' }, 'UNAUTHENTICATED'],
    ['a field for masters', () => ({ key: tenants.acme.key }), { query: '{ masterKeys { totalCount } }' }, 'FORBIDDEN'],
    [
      'an account that is not the key’s',
      () => ({ key: tenants.acme.key }),
      { query: 'query ($id: ID!) { tools(accountId: $id) { totalCount } }', variables: { id: randomUUID() } },
      'ACCOUNT_MISMATCH',
    ],
    [
      'a change by a master key without a reason',
      () => ({ key: tenants.master.key }),
      {
        query: 'mutation ($id: ID!) { createTool(accountId: $id, input: { name: "n" }) { id } }',
        variables: { id: randomUUID() },
      },
      'REASON_REQUIRED',
    ],
    [
      'a change by a master key of all accounts',
      () => ({ key: tenants.master.key, reason: 'a test' }),
      { query: 'mutation { createTool(input: { name: "n" }) { id } }' },
      'BAD_USER_INPUT',
    ],
    [
      'a variable of the wrong type',
      () => ({ key: tenants.acme.key }),
      { query: 'query ($n: Int) { tools(first: $n) { totalCount } }', variables: { n: 'x' } },
      'BAD_USER_INPUT',
    ],
  ];

  it.each(checks)(
    'of %s happens in every run, regardless of earlier requests',
    async (_name, senderOf, request, code) => {
      const sender = senderOf();
      const first = await post(sender, request);
      expect(codeOf(first)).toBe(code);
      // Callers for whom the same text may run.
      for (const key of [tenants.master.key, tenants.acme.key, tenants.globex.key]) {
        if (key !== sender.key) await post({ key, reason: 'a test' }, request);
      }
      for (let run = 2; run <= RUNS; run += 1) expect(await post(sender, request)).toEqual(first);
      if (!request.query.startsWith('mutation')) expect(await get(sender, request)).toEqual(first);
    },
  );
});

describe('budgets', () => {
  let limited: TwoTenants;
  beforeAll(async () => {
    limited = await createTwoTenants({ settings: { RATE_LIMIT_KEY: 1_000, RATE_LIMIT_REFUSALS: 20 } });
  });
  afterAll(() => limited.close());

  /** Each case has its own key. @returns the answer to a read after the query was sent the given number of times. */
  async function readAfter(query: string, times: number): Promise<string> {
    const made = await limited.master.ask<{ createApiKey: { secret: string } }>(
      'mutation ($id: ID!, $name: String!) { createApiKey(accountId: $id, input: { name: $name, role: ADMINISTRATOR }) { secret } }',
      { id: limited.acme.accountId, name: randomUUID() },
    );
    const client = limited.client(made.createApiKey.secret);
    for (let run = 0; run < times; run += 1) await client.send(query);
    const { errors } = await client.send('{ tools { totalCount } }');
    return errors[0]?.extensions.code ?? 'answered';
  }

  it.each([
    ['reads', '{ tools(first: 100) { nodes { id } } }'],
    ['text that is not GraphQL', '{'],
    ['fields that the schema lacks', '{ nothing }'],
    ['documents beyond a limit', `{ ${repeat(21, () => '__typename')} }`],
  ])('%s count against their caller', async (_name, query) => {
    expect(await readAfter(query, 1)).toBe('answered');
    expect(await readAfter(query, 15)).toBe('RATE_LIMITED');
  });
});

describe('trusted documents', () => {
  const text = (source: string): string => print(parse(source));
  const DOCUMENTS = {
    cost: text(`query Pages($n: Int) { ${PAGES} }`),
    right: text('query Keys { masterKeys { totalCount } }'),
    account: text('query Tools($id: ID) { tools(accountId: $id) { totalCount } }'),
  };
  const folder = newFolder();
  let trusted: TestGateway;
  beforeAll(async () => {
    await writeFile(join(folder, 'all.graphql'), Object.values(DOCUMENTS).join('\n'));
    trusted = await startTestGateway({ database: tenants.database, settings: { TRUSTED_DOCUMENTS: folder } });
  });
  afterAll(() => trusted.close());

  const byHash = (query: string): object => ({
    persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') },
  });
  /** Sent as text, as hash, and as both. */
  async function sendAll(sender: Sender, query: string, variables: object = {}): Promise<Sent[]> {
    const extensions = byHash(query);
    return [
      await post(sender, { query, variables }, {}, trusted),
      await post(sender, { variables }, { extensions }, trusted),
      await post(sender, { query, variables }, { extensions }, trusted),
    ];
  }

  it.each<[string, string, () => object, string]>([
    ['a limit on cost', DOCUMENTS.cost, () => ({ n: 100 }), 'QUERY_TOO_COMPLEX'],
    ['a field for masters', DOCUMENTS.right, () => ({}), 'FORBIDDEN'],
    ['another account', DOCUMENTS.account, () => ({ id: tenants.globex.accountId }), 'ACCOUNT_MISMATCH'],
  ])(
    'are refused in every run, by text and by hash, whoever passed before: %s',
    async (_what, query, valuesOf, code) => {
      const sender = { key: tenants.acme.key };
      const [first, ...others] = await sendAll(sender, query, valuesOf());
      expect(first && codeOf(first)).toBe(code);
      for (const other of others) expect(other).toEqual(first);
      for (const key of [trusted.master.key, tenants.globex.key, tenants.acme.key])
        for (const { status } of await sendAll({ key, reason: 'a test' }, query, { n: 1 })) expect(status).toBe(200);
      for (let run = 2; run <= RUNS; run += 1)
        for (const sent of await sendAll(sender, query, valuesOf())) expect(sent).toEqual(first);
    },
  );

  it('are the only ones that run, even if another one is sent repeatedly and with any hash', async () => {
    const other = text('query Other { tools { totalCount } }');
    const sender = { key: tenants.acme.key };
    for (let run = 1; run <= RUNS; run += 1) {
      const codes = (await sendAll(sender, other)).map(codeOf);
      expect(codes).toEqual(['FORBIDDEN', 'BAD_REQUEST', 'FORBIDDEN']);
      const wrong = await post(sender, { query: other }, { extensions: byHash(DOCUMENTS.cost) }, trusted);
      expect(codeOf(wrong)).toBe('BAD_REQUEST');
    }
  });
});
