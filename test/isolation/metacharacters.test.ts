/** SQL in every text that a caller can send: it is stored and matched literally, or refused as input. */
import {
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isObjectType,
  type GraphQLInputType,
  type GraphQLObjectType,
} from 'graphql';
import { resources } from '../../src/resources';
import { gatewaySchema, seed, type SeededIds } from '../harness/factories';
import { setupTwoTenants } from '../harness/setup-tenants';
import { argumentOperations, type Operation } from './operations';

const TEXTS = [
  "'; DROP TABLE tool; --",
  "' OR '1'='1",
  "') UNION SELECT name FROM account --",
  "'||pg_sleep(9)||'",
  "\\'; SELECT 1 --",
  "E'\\x27'",
  '$1',
  '$$; COMMIT; $$',
  '"; RESET ROLE; "',
  '%_\\%',
  '/* */ -- ;',
  '{"a":"\'"}',
  '{x,"y\\"',
  '::uuid',
  'NULL',
];

let own: SeededIds;
const tenants = setupTwoTenants({ settings: { RATE_LIMIT_REFUSALS: 0 } });
const { acme, globex } = tenants;

beforeAll(async () => {
  own = await seed(tenants.acme, 'Own');
  await seed(tenants.globex, 'Foreign');
}, 60_000);

/** The text, wherever this type accepts one; undefined if it accepts none. */
function filledWith(type: GraphQLInputType, text: string): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    const item = filledWith(nullable.ofType, text);
    return item === undefined ? undefined : [item];
  }
  if (isInputObjectType(nullable)) {
    const fields = Object.values(nullable.getFields()).map(
      (field) => [field.name, filledWith(field.type, text)] as const,
    );
    const filled = fields.filter(([, value]) => value !== undefined);
    return filled.length === 0 ? undefined : Object.fromEntries(filled);
  }
  const { name } = getNamedType(nullable);
  if (name === 'String') return text;
  return name.startsWith('JSON') ? { [text]: { [text]: text } } : undefined;
}

/** Selects the values that were set: `model { provider name }`; null if the row does not show them, as with secrets. */
function selectionOf(name: string, type: GraphQLInputType, shownBy: GraphQLObjectType): string | null {
  const shown = shownBy.getFields()[name];
  const [given, answered] = [getNamedType(type), getNamedType(shown?.type)];
  if (!shown || !isInputObjectType(given)) return shown ? name : null;
  if (!isObjectType(answered)) return null;
  const inner = Object.values(given.getFields()).map((field) => selectionOf(field.name, field.type, answered));
  return inner.includes(null) ? null : `${name} { ${inner.join(' ')} }`;
}

const updates = resources.flatMap(({ names: { type } }) => {
  const update = gatewaySchema.getMutationType()?.getFields()[`update${type}`];
  const input = getNamedType(update?.args.find(({ name }) => name === 'input')?.type);
  const row = getNamedType(update?.type);
  if (!isInputObjectType(input) || !isObjectType(row)) return [];
  return Object.values(input.getFields())
    .filter((field) => filledWith(field.type, 'x') !== undefined)
    .map((field) => ({ type, field, selection: selectionOf(field.name, field.type, row) }));
});

/** Texts with a fixed format, which no SQL has. */
const FORMED =
  /^(?:CustomRole\.permissions|ApiKey\.(?:networks|notBefore|resourceTypes)|Schedule\.(?:cron|timezone)|McpServer\.(?:config|authentication)|Webhook\.(?:url|resourceTypes|actions|signing))$/;

it.each(updates.map(({ type, field, selection }) => [`${type}.${field.name}`, type, field, selection] as const))(
  '%s keeps SQL as it is, or refuses it as input',
  async (path, type, field, selection) => {
    const [id = ''] = own.get(type) ?? [];
    for (const text of TEXTS) {
      const value = filledWith(field.type, text);
      const { data, errors } = await tenants.acme.send<Record<string, Record<string, unknown> | null>>(
        `mutation ($id: ID!, $input: Update${type}Input!) { update${type}(id: $id, input: $input) { ${selection ?? 'id'} } }`,
        { id, input: { [field.name]: value } },
      );
      if (errors.length === 0)
        expect(data[`update${type}`]).toEqual(selection === null ? { id } : { [field.name]: value });
      else {
        expect([path, text, errors[0]?.extensions.code]).toEqual([path, text, 'BAD_USER_INPUT']);
        expect(path).toMatch(FORMED);
      }
    }
  },
);

it('a name that is SQL is found by every operator, and finds nothing else', async () => {
  const found = 'query ($name: StringFilter!) { tools(filter: { name: $name }, first: 100) { nodes { name } } }';
  const names = TEXTS.map((text) => `${text} and more`);
  for (const name of names)
    await acme.ask('mutation ($name: String!) { createTool(input: { name: $name }) { id } }', { name });
  for (const text of names)
    for (const condition of [{ equals: text }, { in: [text] }, { contains: text }, { startsWith: text }]) {
      const { tools } = await acme.ask<{ tools: { nodes: unknown[] } }>(found, { name: condition });
      expect([condition, tools.nodes]).toEqual([condition, [{ name: text }]]);
    }
});

it('SQL in any argument of any operation causes no fault, and changes no row of another account', async () => {
  const stored = await tenants.fingerprint(globex.accountId);
  const samples = { ids: TEXTS.slice(0, 1), texts: TEXTS.slice(0, 5) };
  const isOdd = ({ variables }: Operation): boolean =>
    TEXTS.some((text) => JSON.stringify(variables).includes(JSON.stringify(text)));
  const operations = (['query', 'mutation'] as const)
    .flatMap((kind) => argumentOperations(gatewaySchema, samples, kind))
    .filter(isOdd);
  const faults: unknown[] = [];
  for (let start = 0; start < operations.length; start += 20)
    await Promise.all(
      operations.slice(start, start + 20).map(async ({ query, variables }) => {
        const { errors, status } = await acme.send(query, variables);
        const codes = errors.map(({ extensions }) => extensions.code);
        if (status >= 500 || codes.includes('INTERNAL')) faults.push({ query, variables, codes });
      }),
    );
  expect(faults).toEqual([]);
  expect(operations.length).toBeGreaterThan(500);
  expect(await tenants.fingerprint(globex.accountId)).toEqual(stored);
}, 60_000);
