/** The cost of an operation: computable from the published schema, and included in the answer on request. */
import { readFileSync } from 'node:fs';
import {
  buildSchema,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  Kind,
  parse,
  valueFromASTUntyped,
  type FieldNode,
  type GraphQLCompositeType,
  type SelectionSetNode,
} from 'graphql';
import { measureDocument } from '../../src/graph/query-cost';
import { projectFile } from '../../src/util/project-file';
import { gatewaySchema, seed, type SeededIds } from '../harness/factories';
import { setupTwoTenants } from '../harness/setup-tenants';
import { argumentOperations, argumentsOfRows, pathOperations } from '../isolation/operations';

let own: SeededIds;
const tenants = setupTwoTenants();
const { acme } = tenants;

beforeAll(async () => {
  own = await seed(tenants.acme, 'Own');
  await seed(tenants.globex, 'Foreign');
});

const published = buildSchema(readFileSync(projectFile('schema', 'schema.graphql'), 'utf8'));
const uses = (name: string, node: Parameters<typeof getDirectiveValues>[1]): Record<string, unknown> | undefined => {
  const definition = published.getDirective(name);
  if (!definition) throw new Error(`The schema does not define @${name}`);
  return getDirectiveValues(definition, node);
};

type Sizes = ReadonlyMap<string, number>;

interface ListSize {
  readonly assumedSize?: number;
  readonly slicingArguments?: readonly string[];
  readonly sizedFields?: readonly string[];
}

/** Counts as the specification describes, from the schema file alone. */
class Cost {
  constructor(private readonly variables: Readonly<Record<string, unknown>>) {}

  /** @param sizes the sizes of lists here that the parent field determines. */
  of(set: SelectionSetNode | undefined, type: GraphQLCompositeType, sizes: Sizes = new Map()): number {
    const costs = (set?.selections ?? []).map((node) => {
      if (node.kind === Kind.FIELD) return this.#field(node, type, sizes);
      if (node.kind !== Kind.INLINE_FRAGMENT) throw new Error('The operations spread no fragments');
      const narrowed = published.getType(node.typeCondition?.name.value ?? type.name);
      if (!isCompositeType(narrowed)) throw new Error('Fragments are on composite types');
      return this.of(node.selectionSet, narrowed, sizes);
    });
    return costs.reduce((sum, cost) => sum + cost, 0);
  }

  #field(node: FieldNode, parent: GraphQLCompositeType, sizes: Sizes): number {
    const field = 'getFields' in parent ? parent.getFields()[node.name.value] : undefined;
    const type = field && getNamedType(field.type);
    if (!field?.astNode || !isCompositeType(type)) return 0;
    const list: ListSize = uses('listSize', field.astNode) ?? {};
    const given = (node.arguments ?? [])
      .filter(({ name }) => list.slicingArguments?.includes(name.value))
      .map(({ value }) =>
        value.kind === Kind.VARIABLE ? this.variables[value.name.value] : valueFromASTUntyped(value),
      )
      .map((value: unknown) => (Array.isArray(value) ? value.length : value))
      .filter((value) => typeof value === 'number');
    const size = given.length > 0 ? Math.max(...given) : (list.assumedSize ?? 1);
    const below = this.of(node.selectionSet, type, new Map(list.sizedFields?.map((name) => [name, size])));
    if (isListType(getNullableType(field.type))) return (sizes.get(node.name.value) ?? size) * (1 + below);
    return Number(uses('cost', field.astNode)?.['weight'] ?? 1) + below;
  }
}

function counted(text: string, variables: Readonly<Record<string, unknown>>): number | undefined {
  const stats = measureDocument(gatewaySchema, parse(text), 10_000);
  return [...(stats?.values() ?? [])][0]?.cost(variables);
}

it('the published directives yield the cost that the gateway counts', () => {
  const [id = ''] = own.get('Agent') ?? [];
  const samples = { ids: [id], texts: ['own'] };
  const operations = (['query', 'mutation'] as const).flatMap((kind) =>
    argumentOperations(gatewaySchema, samples, kind),
  );
  operations.push(...pathOperations(gatewaySchema, samples, argumentsOfRows(own), 2));
  const differing = operations.filter(({ query: text, variables }) => {
    const [operation] = parse(text).definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('Each text is one operation');
    const root = published.getRootType(operation.operation);
    // A negative size is refused.
    if (!root || [variables['first'], variables['last']].some((size) => Number(size) < 0)) return false;
    return new Cost(variables).of(operation.selectionSet, root) !== counted(text, variables);
  });
  expect(differing).toEqual([]);
  expect(operations.length).toBeGreaterThan(500);
});

interface CostAnswer {
  readonly data: unknown;
  readonly extensions?: { readonly cost: { readonly estimated: number; readonly actual: number } };
}

async function answerTo(caller: { readonly key: string }, body: object): Promise<CostAnswer> {
  const { app } = tenants.gateway;
  const headers = { 'x-api-key': caller.key };
  const answer = await app.inject({ method: 'POST', url: '/graphql', payload: body, headers });
  return answer.json<CostAnswer>();
}

const AGENTS = '{ agents(first: 50) { nodes { id tools { id } } edges { cursor } } viewer { account { id } } }';

it('an answer contains the estimated and the actual cost if the request asks for it, and not otherwise', async () => {
  const { gateway } = tenants;
  const asked = { query: AGENTS, extensions: { cost: true } };
  const { data, extensions } = await answerTo(acme, asked);
  const { agents } = data as { agents: { nodes: { tools: unknown[] }[] } };
  const rows = agents.nodes.length;
  const tools = agents.nodes.reduce((sum, node) => sum + node.tools.length, 0);
  // The connection, its nodes with their tools, its edges, the viewer and the account.
  expect(extensions).toEqual({ cost: { estimated: 1 + 50 * (1 + 10) + 50 + 2, actual: 1 + 2 * rows + tools + 2 } });
  expect(rows).toBeGreaterThan(0);
  expect(await answerTo(acme, { query: AGENTS })).toEqual({ data });
  expect(await answerTo(acme, { query: AGENTS, extensions: { cost: 'yes' } })).toEqual({ data });
  const search = new URLSearchParams({ query: AGENTS, extensions: '{"cost":true}' });
  const headers = { 'x-api-key': acme.key, 'apollo-require-preflight': 'true' };
  const got = await gateway.app.inject({ method: 'GET', url: `/graphql?${search.toString()}`, headers });
  expect(got.json()).toEqual({ data, extensions });
});

it('the cost of a mutation covers what is stored, and nothing that was rolled back', async () => {
  const query = 'mutation ($id: ID!) { a: deleteTool(id: $id) { id } b: createTool(input: { name: "b" }) { id } }';
  const missing = { id: '01890000-0000-7000-8000-00000000abcd' };
  const { extensions } = await answerTo(tenants.acme, { query, variables: missing, extensions: { cost: true } });
  expect(extensions?.cost).toMatchObject({ estimated: 2, actual: 0 });
});

it('the cost for one account does not depend on the rows of another', async () => {
  const asked = { query: AGENTS, extensions: { cost: true } };
  const before = await answerTo(tenants.acme, asked);
  await seed(tenants.globex, 'More');
  expect(await answerTo(tenants.acme, asked)).toEqual(before);
});
