/** A repeated operation gets the same answer, byte for byte, and is counted and run each time. */
import type { OperationDetails } from './context';
import { GatewayError } from '../errors';
import { contextOf, makeGateway, type GraphqlRequest, type TestGateway } from '../../test/graph/gateway';

interface Story {
  readonly begun: string[];
  readonly finished: string[];
}

let gateway: TestGateway;
let story: Story;
/** Whether the next operation is rate limited. */
let isLimited = false;

beforeAll(async () => {
  gateway = await makeGateway(
    {},
    {
      createContext: (call) => {
        const key = String(call.headers['x-api-key']);
        isLimited = key === 'limited';
        return contextOf(call);
      },
      rateLimits: {
        spend: async () => {
          if (isLimited) throw new GatewayError('RATE_LIMITED', 'Enough.', { retryAfterSeconds: 7 });
        },
        chargeRefusal: () => undefined,
        admit: () => undefined,
        headersFor: () => ({}),
      },
      hooks: {
        onPrepared: () => undefined,
        onStep: () => undefined,
        onOperation: (_context, { fields }: OperationDetails) => void story.begun.push(fields.join()),
        onDenied: () => undefined,
        onResponse: async (_context, { fields }: OperationDetails) => void story.finished.push(fields.join()),
      },
    },
  );
});
afterAll(() => gateway.app.close());
beforeEach(() => (story = { begun: [], finished: [] }));

interface Sent {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

async function post(payload: GraphqlRequest & { extensions?: unknown }, headers: Record<string, string> = {}) {
  const request = { 'content-type': 'application/json', 'x-request-id': 'same', 'x-api-key': 'good', ...headers };
  const answer = await gateway.app.inject({ method: 'POST', url: '/graphql', headers: request, payload });
  const { date: _date, ...rest } = answer.headers;
  return { status: answer.statusCode, headers: rest, body: answer.body } satisfies Sent;
}

const PAGE = 'query ($n: Int) { agents(first: $n) { nodes { id name tools { name } } } }';

/** The first run is interpreted, later ones use what was cached. */
async function fourTimes(ask: () => Promise<Sent>): Promise<Sent> {
  const [first, ...others] = [await ask(), await ask(), await ask(), await ask()];
  for (const other of others) expect(other).toEqual(first);
  return first;
}

it.each<[string, GraphqlRequest, number]>([
  ['data', { query: PAGE, variables: { n: 2 } }, 200],
  ['a name that is right', { query: 'query Named { hello }', operationName: 'Named' }, 200],
  ['variables that are null', { query: '{ hello }', variables: null }, 200],
  ['an error beside data', { query: '{ hello agent(id: 1) { failing } }' }, 200],
  ['an error instead of data', { query: '{ strict }' }, 500],
  ['a fault', { query: '{ fail(how: "sql") }' }, 500],
  ['an outage', { query: '{ fail(how: "database") }' }, 503],
  ['a text that is thrown', { query: '{ fail(how: "text") }' }, 500],
])('returns the same answer again: %s', async (_name, request, status) => {
  expect(await fourTimes(() => post(request))).toMatchObject({ status });
  expect(story.begun).toHaveLength(4);
  expect(story.finished).toHaveLength(4);
});

it.each<[string, GraphqlRequest & { extensions?: unknown }, Record<string, string>, number]>([
  ['variables of the wrong type', { query: PAGE, variables: { n: 'many' } }, {}, 400],
  ['variables that are not an object', { query: PAGE, variables: [1] }, {}, 400],
  ['variables nested too deep', { query: PAGE, variables: { n: 1, deep: deep(80) } }, {}, 400],
  ['a page beyond the limit of cost', { query: PAGE, variables: { n: 1_000_000 } }, {}, 400],
  ['a name that is wrong', { query: PAGE, operationName: 'Other' }, {}, 400],
  ['extensions', { query: PAGE, extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } }, {}, 200],
  ['a bad key', { query: PAGE }, { 'x-api-key': 'bad' }, 401],
  ['a key that asked for too much', { query: PAGE }, { 'x-api-key': 'limited' }, 429],
  ['a form that is not spoken', { query: PAGE }, { accept: 'text/css' }, 406],
])('a known operation is refused like an unknown one: %s', async (_name, request, headers, status) => {
  const unknown = { ...request, query: `${request.query ?? ''} # ${_name}` };
  const first = await post(unknown, headers);
  expect(first.status).toBe(status);
  await fourTimes(() => post({ query: PAGE, variables: { n: 1 } }));
  story.begun.length = 0;
  expect(await post(request, headers)).toEqual(first);
  expect(story.begun.length).toBeLessThanOrEqual(1);
});

it('an answer has the requested media type', async () => {
  const accept = 'application/graphql-response+json, application/json;q=0.9';
  const { headers } = await fourTimes(() => post({ query: '{ hello }' }, { accept }));
  expect(headers['content-type']).toBe('application/graphql-response+json; charset=utf-8');
  expect((await fourTimes(() => post({ query: '{ hello }' }))).headers['content-type']).toBe(
    'application/json; charset=utf-8',
  );
});

it('a mutation runs once per request, even when its answer has errors', async () => {
  const query = 'mutation { add(value: 1) refuse }';
  const sums: unknown[] = [];
  for (let time = 0; time < 4; time += 1) {
    const answer = JSON.parse((await post({ query })).body) as { data: { add: number }; errors: unknown[] };
    expect(answer.errors).toHaveLength(1);
    sums.push(answer.data.add);
  }
  expect(sums).toEqual([1, 2, 3, 4]);
  expect(story.begun).toHaveLength(4);
});

it('introspection without a key is refused after it was allowed with a key', async () => {
  const query = '{ __schema { queryType { name } } }';
  const allowed = await makeGateway();
  const send = async (headers: Record<string, string>): Promise<number> =>
    (await allowed.app.inject({ method: 'POST', url: '/graphql', headers, payload: { query } })).statusCode;
  for (let time = 0; time < 3; time += 1) expect(await send({ 'x-api-key': 'good' })).toBe(200);
  expect(await send({})).toBe(401);
  await allowed.app.close();
});

function deep(levels: number): unknown {
  return levels === 0 ? 1 : { in: deep(levels - 1) };
}
