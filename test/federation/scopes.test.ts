/**
 * A router that enforces `@requiresScopes` and `@authenticated` refuses exactly what the gateway would refuse, but
 * earlier.
 */
import type { GraphQLField } from 'graphql';
import { createKey } from '../access/keys';
import { shapesOfField, type Shape } from '../access/shapes';
import { gatewaySchema } from '../harness/factories';
import { createTwoTenants, type Client, type TwoTenants } from '../harness/gateway';
import { idOf, startRouter, type Router } from './routed';

/** The router's answer to requests that it does not forward. */
const REFUSED_EARLY = 'UNAUTHORIZED_FIELD_OR_TYPE';
const REFUSED = new Set<unknown>(['FORBIDDEN', 'UNAUTHENTICATED']);

/** Fields of the subgraph protocol, which a router does not expose. */
const OF_SUBGRAPHS = new Set(['_entities', '_service']);
const SAMPLES = { ids: ['01a209d4-7e28-746e-9e34-45d1d013a72a'], texts: ['x'] };
const SENT = new Set(['plain', 'nested']);

let tenants: TwoTenants;
let router: Router;

beforeAll(async () => {
  tenants = await createTwoTenants();
  router = await startRouter(tenants, { REFUSE_EARLY: 'true' });
}, 60_000);
afterAll(async () => {
  await router?.close();
  await tenants.close();
});

function shapesOf(kind: 'query' | 'mutation', fields: Readonly<Record<string, GraphQLField<unknown, unknown>>> = {}) {
  return Object.values(fields)
    .filter(({ name }) => !OF_SUBGRAPHS.has(name))
    .flatMap((field) => shapesOfField(kind, field, SAMPLES).filter(({ name }) => SENT.has(name)));
}

const SHAPES: readonly Shape[] = [
  ...shapesOf('query', gatewaySchema.getQueryType()?.getFields()),
  ...shapesOf('mutation', gatewaySchema.getMutationType()?.getFields()),
];

const codesOf = (errors: readonly { readonly extensions?: Record<string, unknown> }[] = []): unknown[] =>
  errors.map(({ extensions }) => extensions?.['code']);

/** The operations that the gateway refuses when it is queried directly, and those that the router refuses. */
async function refused(key: string | null): Promise<Record<'directly' | 'early', string[]>> {
  const client: Client = tenants.client(key);
  const refusals: Record<'directly' | 'early', string[]> = { directly: [], early: [] };
  for (const { query, variables } of SHAPES) {
    const routed = await router.route(key, query, variables);
    if (codesOf(routed.errors).includes(REFUSED_EARLY)) refusals.early.push(query);
    const { errors } = await client.send(query, variables);
    if (codesOf(errors).some((code) => REFUSED.has(code))) refusals.directly.push(query);
  }
  return refusals;
}

it.each([
  ['VIEWER', { role: 'VIEWER' }],
  ['CREATOR', { role: 'CREATOR' }],
  ['ADMINISTRATOR', { role: 'ADMINISTRATOR' }],
  ['VIEWER of agents', { role: 'VIEWER', resourceTypes: ['agents'] }],
])(
  'to a key that is %s, in queries and mutations, nested fields too',
  async (_name, input) => {
    const { key } = await createKey(tenants, tenants.acme, input);
    const { early, directly } = await refused(key);
    expect(early).toEqual(directly);
    expect(early.length).toBeGreaterThan(0);
    expect(early.length).toBeLessThan(SHAPES.length);
  },
  120_000,
);

it('to no key, which reads nothing', async () => {
  const { early, directly } = await refused(null);
  expect(early).toEqual(directly);
});

it('to a master key nothing', async () => {
  const named = SHAPES.filter(({ query }) => query.startsWith('query'));
  for (const { query, variables } of named) {
    const { errors } = await router.route(tenants.master.key, query, variables);
    expect([query, codesOf(errors)]).not.toEqual([query, [REFUSED_EARLY]]);
  }
});

it('the gateway still decides about requests that the router lets through: foreign rows are not returned', async () => {
  const query = 'query ($agents: [ID!]!) { ratings(agents: $agents) { agent { id name stars } } }';
  const agents = [idOf(router.own, 'Agent'), idOf(router.foreign, 'Agent')];
  const { data } = await router.route(tenants.acme.key, query, { agents });
  expect(data).toMatchObject({
    ratings: [{ agent: { name: expect.stringContaining('own') as string } }, { agent: null }],
  });
});
