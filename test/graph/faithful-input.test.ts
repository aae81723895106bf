/**
 * Input is stored unchanged or refused with its path: numbers, names, characters and encodings, in bodies, URLs,
 * literals and bundles.
 */
import { setupTwoTenants } from '../harness/setup-tenants';

const tenants = setupTwoTenants();

interface Reply {
  readonly status: number;
  readonly data: {
    readonly made?: { readonly metadata: object };
    readonly tools?: { readonly totalCount: number };
  } | null;
  readonly error: { readonly message: string; readonly code: string; readonly path: unknown } | null;
}

type Body = {
  readonly data?: Reply['data'];
  readonly errors?: { message: string; extensions: { code: string; path?: unknown } }[];
};

function replyOf(status: number, text: string): Reply {
  const { data = null, errors } = JSON.parse(text) as Body;
  const [error] = errors ?? [];
  return {
    status,
    data,
    error: error ? { message: error.message, ...error.extensions, path: error.extensions.path } : null,
  };
}

async function post(payload: string | Buffer, headers: Record<string, string> = {}): Promise<Reply> {
  const answer = await tenants.gateway.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json', 'x-api-key': tenants.acme.key, ...headers },
    payload,
  });
  return replyOf(answer.statusCode, answer.body);
}

async function get(search: string): Promise<Reply> {
  const headers = { 'apollo-require-preflight': 'yes', 'x-api-key': tenants.acme.key };
  const answer = await tenants.gateway.app.inject({ method: 'GET', url: `/graphql?${search}`, headers });
  return replyOf(answer.statusCode, answer.body);
}

let names = 0;
const CREATE = 'mutation($n:String!,$m:JSONObject){made:createTool(input:{name:$n,metadata:$m}){metadata}}';
const withMetadata = (metadata: string): string =>
  `{"query":${JSON.stringify(CREATE)},"variables":{"n":"tool ${(names += 1)}","m":${metadata}}}`;
const withLiteral = (metadata: string): string =>
  JSON.stringify({
    query: `mutation{made:createTool(input:{name:"tool ${(names += 1)}",metadata:${metadata}}){metadata}}`,
  });

const INEXACT = [
  '9007199254740993',
  '1234567890123456789',
  '-9007199254740993',
  '1e400',
  '1e-400',
  '0.12345678901234567891',
];
const EXACT = [
  '9007199254740992',
  '-0.5',
  '1e3',
  '1.0',
  '1E+2',
  '0.1',
  '1e-7',
  '100000000000000000000',
  '123456789012345',
];

describe('numbers', () => {
  it.each(INEXACT)(
    'that JSON cannot represent exactly are refused as a variable with their path: %s',
    async (number) => {
      const { status, data, error } = await post(withMetadata(`{"a":[{"guild":${number}}]}`));
      expect([status, data, error?.code, error?.path]).toEqual([
        400,
        null,
        'BAD_USER_INPUT',
        ['variables', 'm', 'a', 0, 'guild'],
      ]);
      expect(error?.message).toBe(
        `variables.m.a[0].guild is the number ${number}, which a JSON number cannot hold exactly; send it as text: "${number}".`,
      );
    },
  );

  it.each(INEXACT)(
    'that JSON cannot represent exactly are refused as a literal with their path: %s',
    async (number) => {
      const { data, error } = await post(withLiteral(`{a:[{guild:${number}}]}`));
      expect([data, error?.code, error?.path]).toEqual([
        null,
        'BAD_USER_INPUT',
        ['input', 'metadata', 'a', 0, 'guild'],
      ]);
      expect(error?.message).toContain(`send it as text: "${number}"`);
    },
  );

  it.each(EXACT)('that JSON can represent are kept, as a variable and as a literal: %s', async (number) => {
    const value = Number(number);
    expect((await post(withMetadata(`{"n":${number}}`))).data?.made?.metadata).toEqual({ n: value });
    expect((await post(withLiteral(`{n:${number}}`))).data?.made?.metadata).toEqual({ n: value });
  });

  it('in the variables of a URL are refused in the same way', async () => {
    const query = encodeURIComponent('query($f:ToolFilter){tools(filter:$f){totalCount}}');
    const variables = (value: string): string =>
      encodeURIComponent(`{"f":{"metadata":[{"path":["a"],"equals":${value}}]}}`);
    expect((await get(`query=${query}&variables=${variables('1')}`)).data?.tools).toEqual({ totalCount: 0 });
    const { error } = await get(`query=${query}&variables=${variables('9007199254740993')}`);
    expect([error?.code, error?.path]).toEqual(['BAD_USER_INPUT', ['variables', 'f', 'metadata', 0, 'equals']]);
  });

  it('in strings are kept at any length', async () => {
    const id = '1234567890123456789';
    expect((await post(withMetadata(`{"guild":"${id}"}`))).data?.made?.metadata).toEqual({ guild: id });
  });
});

describe('literals that JSON does not have', () => {
  it.each([
    ['an enum value in a list', '{l:[A,1,B]}', ['l', 0], /l\[0\] is the enum value A, .* write "A"/],
    ['an enum value in an object', '{o:{x:Y}}', ['o', 'x'], /o\.x is the enum value Y/],
    ['__proto__', '{x:1,__proto__:{a:1}}', ['__proto__'], /__proto__ has a name that is not accepted/],
    ['__proto__ at a deeper level', '{x:[{__proto__:null}]}', ['x', 0, '__proto__'], /x\[0\]\.__proto__ has a name/],
  ])('are refused with their path: %s', async (_what, literal, path, sentence) => {
    const { data, error } = await post(withLiteral(literal));
    expect([data, error?.code, error?.path]).toEqual([null, 'BAD_USER_INPUT', ['input', 'metadata', ...path]]);
    expect(error?.message).toMatch(sentence);
  });

  it.each([
    ['a filter', '{tools(filter:{metadata:[{path:["a"],equals:A}]}){totalCount}}', ['filter', 'metadata', 0, 'equals']],
    [
      'the default of a variable',
      'query($f:ToolFilter={metadata:[{path:["a"],equals:A}]}){tools(filter:$f){totalCount}}',
      ['variables', 'f', 'metadata', 0, 'equals'],
    ],
    ['an object that is a list', 'mutation{createTool(input:{name:"n",metadata:[1]}){id}}', ['input', 'metadata']],
    [
      'a time',
      'mutation{createApiKey(input:{name:"n",role:VIEWER,expiresAt:"tomorrow"}){secret}}',
      ['input', 'expiresAt'],
    ],
    [
      'a time that is a number',
      'mutation{createApiKey(input:{name:"n",role:VIEWER,expiresAt:1}){secret}}',
      ['input', 'expiresAt'],
    ],
  ])('are refused with the path from the argument or variable: %s', async (_what, text, path) => {
    const { status, data, error } = await post(JSON.stringify({ query: text }));
    expect([status, data, error?.code, error?.path]).toEqual([400, null, 'BAD_USER_INPUT', path]);
    expect(error?.message).toMatch(/^(input|filter|variables)[.[]/);
  });

  it('may contain variables, which keep their values; one without a value is refused', async () => {
    const query =
      'mutation($n:String!,$x:Int,$j:JSON){made:createTool(input:{name:$n,metadata:{a:[$x],b:$j}}){metadata}}';
    const send = (variables: object) =>
      post(JSON.stringify({ query, variables: { n: `tool ${(names += 1)}`, ...variables } }));
    expect((await send({ x: 1, j: { c: [null] } })).data?.made?.metadata).toEqual({ a: [1], b: { c: [null] } });
    const { data, error } = await send({ x: 1 });
    expect([data?.made ?? null, error?.code]).toEqual([null, 'BAD_USER_INPUT']);
  });
});

describe('names of fields', () => {
  it.each([
    [
      '__proto__',
      '{"__proto__":{}}',
      /^variables\.m\.__proto__ "__proto__" is not accepted|"__proto__" is not accepted/,
    ],
    ['__proto__ written with an escape', '{"\\u005f_proto__":{}}', /"__proto__" is not accepted/],
    ['a duplicate name', '{"a":1,"b":{"c":1,"c":2}}', /^variables\.m\.b\.c occurs twice/],
    ['a duplicate name, once escaped', '{"a":1,"\\u0061":2}', /^variables\.m\.a occurs twice/],
  ])('are refused if they would be lost: %s', async (_what, metadata, sentence) => {
    const { status, error } = await post(withMetadata(metadata));
    expect([status, error?.code]).toEqual([400, 'BAD_USER_INPUT']);
    expect(error?.message).toMatch(sentence);
  });

  it('that are properties of JavaScript objects are kept like any other', async () => {
    const metadata = { constructor: { prototype: 1 }, toString: 'x', hasOwnProperty: null };
    expect((await post(withMetadata(JSON.stringify(metadata)))).data?.made?.metadata).toEqual(metadata);
  });
});

describe('characters', () => {
  it.each([
    ['half a surrogate pair', '{"a":"x\\ud800y"}', /^variables\.m\.a contains an unpaired surrogate/],
    ['half a pair in a name', '{"\\udc00":1}', /contains an unpaired surrogate/],
    ['U+0000', '{"a":"x\\u0000y"}', /^variables\.m\.a contains the character U\+0000/],
  ])('that cannot be stored are refused with their path: %s', async (_what, metadata, sentence) => {
    const { status, error } = await post(withMetadata(metadata));
    expect([status, error?.code]).toEqual([400, 'BAD_USER_INPUT']);
    expect(error?.message).toMatch(sentence);
  });

  it('written as escapes are kept', async () => {
    const { data } = await post(withMetadata('{"a":"\\ud83d\\ude00 \\u00fc \\\\u0000"}'));
    expect(data?.made?.metadata).toEqual({ a: '😀 ü \\u0000' });
  });

  it('U+0000 in a literal is refused, in text and in JSON', async () => {
    for (const query of [
      'mutation{createTool(input:{name:"nul",description:"a\\u0000b"}){id}}',
      'mutation{createTool(input:{name:"nul",metadata:{a:"a\\u0000b"}}){id}}',
      'mutation{createTool(input:{name:"nul",tags:["a\\u0000b"]}){id}}',
      '{tools(filter:{name:{equals:"a\\u0000b"}}){totalCount}}',
      '{tools(filter:{name:{contains:"a\\u0000b"}}){totalCount}}',
      '{tools(filter:{metadata:[{path:["a\\u0000"],equals:1}]}){totalCount}}',
      '{tools(filter:{metadata:[{path:["a"],equals:"\\u0000"}]}){totalCount}}',
    ]) {
      const { error } = await post(JSON.stringify({ query }));
      expect([query, error?.code]).toEqual([query, 'BAD_USER_INPUT']);
      expect(error?.message).toMatch(/U\+0000/);
    }
  });

  it('a body that is not UTF-8 is refused; one that starts with a byte order mark is accepted', async () => {
    const body = withMetadata('{"a":"ü"}');
    const latin = await post(Buffer.from(body, 'latin1'));
    expect([latin.status, latin.error?.code]).toEqual([400, 'BAD_USER_INPUT']);
    expect(latin.error?.message).toContain('UTF-8');
    const declared = await post(Buffer.from(body), { 'content-type': 'application/json; charset=iso-8859-1' });
    expect([declared.status, declared.error?.code]).toEqual([415, 'BAD_REQUEST']);
    expect((await post(`\ufeff${body}`)).data?.made?.metadata).toEqual({ a: 'ü' });
  });

  it('a URL that is not UTF-8 is refused', async () => {
    const { status, error } = await get('query=%7Btools(filter:%7Bname:%7Bequals:%22%FC%22%7D%7D)%7BtotalCount%7D%7D');
    expect([status, error?.code]).toEqual([400, 'BAD_USER_INPUT']);
    expect(error?.message).toContain('percent-encoded UTF-8');
  });
});

it('JSON that is nested too deeply is refused without harm to the process', async () => {
  for (const metadata of [
    `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
    `${'{"a":'.repeat(17_000)}1${'}'.repeat(17_000)}`,
  ]) {
    const { status, error } = await post(withMetadata(metadata));
    expect([status, error?.message]).toEqual([400, 'The JSON is nested more than 64 levels deep. Send flatter JSON.']);
  }
});
