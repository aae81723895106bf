/** Bad input over HTTP: a clear error with its code, nothing stored, and no text of the database in the message. */
import { formatKey, newSecret, parseKey } from '../../src/auth/key-format';
import { newId } from '../../src/db/ids';
import { seed } from '../harness/factories';
import type { Answer } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { accountTables, query } from '../harness/sql';

let words: RegExp;
let stored: Record<string, string>;

/** Words that only a database would use. Column names are not included, because they are also field names. */
const SQL_WORDS = [
  'select',
  'insert',
  'update \\w+ set',
  'violates',
  'constraint',
  'relation "',
  'syntax error at or near',
  'duplicate key',
  'pg_',
  'postgres',
  'sqlstate',
  'queryfailed',
  'typeorm',
  'at Object\\.',
  'node_modules',
  '\\.ts:',
  '\\.js:',
  '\\$1',
  // Whole words, because a request id may contain the same digits.
  '\\b22P0\\d\\b',
  '\\b235\\d\\d\\b',
];

const TABLE_WORDS = `
  SELECT conname::text AS name FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION SELECT indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = 'public'::regnamespace
  UNION SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname LIKE '%\\_%'`;

/** Everything except the counts of refused requests, which are meant to grow. */
async function rowsOfAcme(): Promise<Record<string, string>> {
  const prints = await tenants.fingerprint(tenants.acme.accountId);
  return { ...prints, audit_denial: '' };
}

const tenants = setupTwoTenants();

beforeAll(async () => {
  await seed(tenants.acme, 'Own');
  await seed(tenants.globex, 'Foreign');
  const names = await query<{ name: string }>(tenants.database.superuserUrl, TABLE_WORDS);
  expect(names.length).toBeGreaterThan(10);
  words = new RegExp([...SQL_WORDS, ...names.map(({ name }) => name.replaceAll('"', ''))].join('|'), 'i');
  stored = await rowsOfAcme();
}, 60_000);
afterEach(async () => {
  expect(await rowsOfAcme()).toEqual(stored);
});

interface Refusal {
  readonly status: number;
  readonly codes: readonly string[];
  readonly path?: unknown;
}

/** The answer, after its words were checked. */
function refusal({ status, text, errors }: Pick<Answer, 'status' | 'text' | 'errors'>): Refusal {
  expect(text).not.toMatch(words);
  for (const { message } of errors) expect(message.length).toBeGreaterThan(10);
  const [first] = errors;
  return {
    status,
    codes: errors.map(({ extensions }) => extensions.code),
    ...(first?.extensions['path'] !== undefined && { path: first.extensions['path'] }),
  };
}

/** Sends a body unchanged. */
async function post(payload: string, headers: Record<string, string> = {}): Promise<Refusal> {
  const answer = await tenants.gateway.app.inject({
    method: 'POST',
    url: '/graphql',
    payload,
    headers: { 'content-type': 'application/json', 'x-api-key': tenants.acme.key, ...headers },
  });
  const { errors = [] } = answer.json<{ errors?: Answer['errors'] }>();
  return refusal({ status: answer.statusCode, text: answer.body, errors });
}

const CREATE = 'mutation ($input: CreateToolInput!) { createTool(input: $input) { id } }';
const create = async (input: object): Promise<Refusal> => refusal(await tenants.acme.send(CREATE, { input }));

const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) });

it.each([
  ['malformed JSON', '{"query": "{ tools { totalCount } }"', 400, 'BAD_REQUEST'],
  ['text that is not JSON', 'tools', 400, 'BAD_REQUEST'],
  ['an empty body', '', 400, 'BAD_REQUEST'],
  ['a list', '[]', 400, 'BAD_REQUEST'],
  ['an object without a query', '{}', 400, 'BAD_REQUEST'],
  ['a query that is a number', '{"query":1}', 400, 'BAD_REQUEST'],
  ['variables that are a list', '{"query":"{ tools { totalCount } }","variables":[1]}', 400, 'BAD_REQUEST'],
  ['text that is not GraphQL', '{"query":"the tools, please"}', 400, 'GRAPHQL_PARSE_FAILED'],
  ['an unknown field', '{"query":"{ toolz { totalCount } }"}', 400, 'GRAPHQL_VALIDATION_FAILED'],
  ['an unknown argument', '{"query":"{ tools(accountID: 1) { totalCount } }"}', 400, 'GRAPHQL_VALIDATION_FAILED'],
  ['an unknown operation', '{"query":"query A { tools { totalCount } }","operationName":"B"}', 400, 'BAD_REQUEST'],
  [
    '1 MB',
    JSON.stringify({ query: '{ tools { totalCount } }', variables: { x: 'x'.repeat(1024 * 1024) } }),
    413,
    'PAYLOAD_TOO_LARGE',
  ],
  [
    'an object with __proto__',
    '{"query":"{ tools { totalCount } }","variables":{"__proto__":{"isMaster":true}}}',
    400,
    'BAD_USER_INPUT',
  ],
])('a body of %s', async (_what, payload, status, code) => {
  expect(await post(payload)).toMatchObject({ status, codes: [code] });
});

describe('a key', () => {
  const tampered = (): string => {
    const key = tenants.acme.key;
    return `${key.slice(0, -1)}${key.endsWith('x') ? 'y' : 'x'}`;
  };
  const reshaped = (change: { kind?: 'account' | 'master'; keyId?: string; secret?: string }): string => {
    const parsed = parseKey(tenants.acme.key);
    if (!parsed) throw new Error('A key can be read');
    return formatKey({ ...parsed, ...change });
  };

  it('that is missing, mistyped, unknown, of another kind or with a wrong secret gets the same 401', async () => {
    const answers = await Promise.all(
      [
        '',
        ' ',
        'x',
        tampered(),
        tenants.acme.key.slice(0, -7),
        `${tenants.acme.key}x`,
        reshaped({ keyId: newId() }),
        reshaped({ secret: newSecret() }),
        reshaped({ kind: 'master' }),
        'pcl_live_',
        'x'.repeat(5000),
      ].map((key) => tenants.client(key).send('{ tools { totalCount } }', {}, { 'x-request-id': 'same' })),
    );
    for (const answer of answers) expect(refusal(answer)).toEqual({ status: 401, codes: ['UNAUTHENTICATED'] });
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(refusal(await tenants.client(null).send('{ tools { totalCount } }'))).toMatchObject({
      codes: ['UNAUTHENTICATED'],
    });
  });

  it('that was revoked or has expired gets the same 401', async () => {
    const made = await tenants.globex.ask<{ createApiKey: { apiKey: { id: string }; secret: string } }>(
      'mutation { createApiKey(input: { name: "short-lived", role: ADMINISTRATOR }) { apiKey { id } secret } }',
    );
    const { apiKey, secret } = made.createApiKey;
    expect((await tenants.client(secret).send('{ tools { totalCount } }')).status).toBe(200);
    await tenants.globex.ask('mutation ($id: ID!) { revokeApiKey(id: $id) { status } }', { id: apiKey.id });
    const deadline = Date.now() + 1_000;
    let last = await tenants.client(secret).send('{ tools { totalCount } }');
    while (last.status === 200 && Date.now() < deadline)
      last = await tenants.client(secret).send('{ tools { totalCount } }');
    expect(refusal(last)).toEqual({ status: 401, codes: ['UNAUTHENTICATED'] });
  });

  it('of a suspended account gets ACCOUNT_SUSPENDED and nothing else', async () => {
    const other = await tenants.createAccount('suspended-one');
    await tenants.master.ask('mutation ($id: ID!) { suspendAccount(id: $id) { id } }', { id: other.accountId });
    const deadline = Date.now() + 1_000;
    let last = await other.send('{ tools { totalCount } }');
    while (last.status === 200 && Date.now() < deadline) last = await other.send('{ tools { totalCount } }');
    expect(refusal(last)).toEqual({ status: 403, codes: ['ACCOUNT_SUSPENDED'] });
  });
});

it.each([
  ['an empty name', { name: '' }, ['input', 'name']],
  ['a blank name', { name: ' \t' }, ['input', 'name']],
  ['a name of 300 characters', { name: 'n'.repeat(300) }, ['input', 'name']],
  ['a name of 256 emoji', { name: '😀'.repeat(256) }, ['input', 'name']],
  ['a name with a null character', { name: 'a\0b' }, ['variables', 'input', 'name']],
  ['a name that is a number', { name: 7 }, ['input', 'name']],
  ['a name that is a list', { name: ['x'] }, ['input', 'name']],
  ['a name that is an object', { name: { equals: 'x' } }, ['input', 'name']],
  ['a name that is null', { name: null }, ['input', 'name']],
  ['a missing name', {}, undefined],
  ['an unknown field', { name: 'x', secret: 1 }, undefined],
  ['an unknown type', { name: 'x', type: 'EVIL' }, ['input', 'type']],
  ['17 KB of metadata', { name: 'x', metadata: { a: 'x'.repeat(17 * 1024) } }, ['input', 'metadata']],
  ['metadata 9 levels deep', { name: 'x', metadata: deep(9) }, ['input', 'metadata']],
  ['metadata that is a list', { name: 'x', metadata: [1] }, ['input', 'metadata']],
  ['metadata that is text', { name: 'x', metadata: '{}' }, ['input', 'metadata']],
  ['metadata that is null', { name: 'x', metadata: null }, undefined],
  ['51 tags', { name: 'x', tags: Array<string>(51).fill('t') }, ['input', 'tags']],
  ['a tag that is null', { name: 'x', tags: [null] }, undefined],
])('%s', async (_what, input, path) => {
  expect(await create(input)).toMatchObject({ codes: ['BAD_USER_INPUT'], ...(path && { path }) });
});

it('clearing a required field, and a slug in place of an account id, are refused with an explanation', async () => {
  const [tool] = await query<{ id: string }>(
    tenants.database.superuserUrl,
    'SELECT id FROM tool WHERE account_id = $1',
    [tenants.acme.accountId],
  );
  for (const field of ['name', 'type', 'tags']) {
    const cleared = await tenants.acme.send(
      'mutation ($id: ID!, $input: UpdateToolInput!) { updateTool(id: $id, input: $input) { id } }',
      { id: tool?.id, input: { [field]: null } },
    );
    expect(cleared.errors).toMatchObject([
      {
        message: `input.${field} must have a value; give one, or leave the field out.`,
        extensions: { code: 'BAD_USER_INPUT', path: ['input', field] },
      },
    ]);
  }
  const { slug, accountId } = tenants.acme;
  const named = await tenants.acme.send('query ($slug: ID) { tools(accountId: $slug) { totalCount } }', { slug });
  expect(named.errors).toMatchObject([
    {
      message: `accountId is an account's id, ${accountId} for ${slug}: send that, or leave it out.`,
      extensions: { code: 'BAD_USER_INPUT', path: ['accountId'] },
    },
  ]);
});

it.each([
  ['a null character', { name: 'x', metadata: { a: 'nul\0l' } }],
  ['a null character in a key', { name: 'x', metadata: { 'nul\0l': 1 } }],
  ['a null character in text', { name: 'x', description: 'nul\0l' }],
  ['a lone surrogate', { name: 'x', metadata: { a: '\ud800' } }],
  ['a lone surrogate in a key', { name: 'x', metadata: { '\udc00': 1 } }],
])('%s is refused, because PostgreSQL cannot store it', async (_what, input) => {
  expect(await create(input)).toMatchObject({ codes: ['BAD_USER_INPUT'] });
});

it('numbers that cannot be stored are refused', async () => {
  const huge = `{"query":${JSON.stringify(CREATE)},"variables":{"input":{"name":"x","metadata":{"a":1e400}}}}`;
  const answer = await post(huge);
  expect(answer.codes).toEqual(['BAD_USER_INPUT']);
  for (const version of [2 ** 31, -(2 ** 31) - 1, 1.5, '1']) {
    const update = await tenants.acme.send(
      'mutation ($version: Int) { updateTool(id: "01890000-0000-7000-8000-00000000abcd", input: {}, expectedVersion: $version) { id } }',
      { version },
    );
    expect(refusal(update)).toMatchObject({ codes: ['BAD_USER_INPUT'] });
  }
});

it('names like __proto__ are refused in a body and kept as ordinary keys in a literal', async () => {
  const poison = `{"query":${JSON.stringify(CREATE)},"variables":{"input":{"name":"x","metadata":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}}}}`;
  expect(await post(poison)).toEqual({
    status: 400,
    codes: ['BAD_USER_INPUT'],
    path: ['variables', 'input', 'metadata', '__proto__'],
  });
  expect(Object.prototype).not.toHaveProperty('polluted');
  const literal = await tenants.globex.ask<{ createTool: { metadata: object } }>(
    'mutation { createTool(input: { name: "literal", metadata: { constructor: { prototype: { polluted: true } }, toString: 1 } }) { metadata } }',
  );
  expect(Object.keys(literal.createTool.metadata).sort()).toEqual(['constructor', 'toString']);
  await tenants.globex.send(
    'mutation { createTool(input: { name: "literal 2", metadata: { __proto__: { polluted: true } } }) { metadata } }',
  );
  expect({}).not.toHaveProperty('polluted');
});

it('a taken name, a stale version and a missing row get codes without text of the database', async () => {
  expect(await create({ name: 'Own 0' })).toEqual({ status: 200, codes: ['CONFLICT'], path: ['input', 'name'] });
  const [id] = await query<{ id: string }>(tenants.database.superuserUrl, `SELECT id FROM tool WHERE account_id = $1`, [
    tenants.acme.accountId,
  ]);
  const stale = await tenants.acme.send(
    'mutation ($id: ID!) { updateTool(id: $id, input: {}, expectedVersion: 99) { id } }',
    { id: id?.id },
  );
  expect(refusal(stale)).toMatchObject({ codes: ['VERSION_CONFLICT'] });
  for (const nobody of ['x', newId(), tenants.globex.accountId, '']) {
    const gone = await tenants.acme.send('mutation ($id: ID!) { deleteTool(id: $id) { id } }', { id: nobody });
    expect(refusal(gone)).toMatchObject({ codes: ['NOT_FOUND'] });
  }
});

it('a fault inside the database is INTERNAL with a request id and nothing else', async () => {
  const tables = await accountTables(tenants.database.superuserUrl);
  expect(tables).toContain('tool');
  await query(tenants.database.superuserUrl, 'ALTER TABLE tool RENAME TO hidden_tool');
  try {
    const read = await tenants.acme.send('{ tools { totalCount } }', {}, { 'x-request-id': 'quoted' });
    const write = await tenants.acme.send(CREATE, { input: { name: 'x' } });
    expect([read, write].map(refusal)).toEqual([
      { status: 500, codes: ['INTERNAL'] },
      { status: 500, codes: ['INTERNAL'] },
    ]);
    expect(read.errors[0]?.message).toContain('quoted');
  } finally {
    await query(tenants.database.superuserUrl, 'ALTER TABLE hidden_tool RENAME TO tool');
  }
});

it('the URL of an agent or a server is refused unless it is http(s) without a password', async () => {
  const agent =
    'mutation ($url: JSON) { createAgent(input: { name: "far", type: A2A, a2aProfile: { url: $url } }) { id } }';
  const server = 'mutation ($url: JSON) { createMcpServer(input: { name: "far", config: { url: $url } }) { id } }';
  const bad = [null, 'a.example', 'ftp://a.example', 'javascript:alert(1)', 'https://me:secret@a.example'];
  for (const [document, path] of [
    [agent, ['input', 'a2aProfile', 'url']],
    [server, ['input', 'config', 'url']],
  ] as const) {
    for (const url of [...bad, `https://a.example/${'x'.repeat(2_048)}`]) {
      const { errors } = await tenants.acme.send(document, { url });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path } }]);
    }
  }
});
