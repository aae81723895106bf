/** Every role on every operation: what a key may do is exactly what this table says, whatever the operation's shape. */
import { getNamedType, isLeafType, isObjectType, type GraphQLField, type GraphQLNamedType } from 'graphql';
import { gatewaySchema } from '../harness/factories';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { chains, flat, operation, required } from '../isolation/operations';
import { createKey, missingPermissions, type MadeKey } from './keys';

/** What the rows of these types ask of who reads them, written down by hand: the product works it out by itself. */
const READ: Readonly<Record<string, readonly string[]>> = {
  Agent: ['agents'],
  Tool: ['tools'],
  McpServer: ['mcpServers'],
  Schedule: ['schedules'],
  Run: ['runs'],
  ApiKey: ['apiKeys'],
  KeyUsageCount: ['apiKeys'],
  AccessReview: ['apiKeys'],
};
const DATA = ['agents', 'tools', 'mcpServers', 'schedules', 'runs'];
const EVERY = [...DATA, 'apiKeys', 'audit'];
const PROMOTED = ['agents', 'tools', 'mcpServers', 'schedules'];

const all = (types: readonly string[], verb: string): string[] => types.map((type) => `${type}:${verb}`);

/** Root fields that an account key may use, and what each asks; those of generated resources follow below. */
const ROOT: Readonly<Record<string, readonly string[]>> = {
  viewer: [],
  delegateApiKey: [],
  ...Object.fromEntries(
    ['createApiKey', 'renameApiKey', 'updateApiKey', 'rotateApiKey', 'revokeApiKey'].map((field) => [
      field,
      ['apiKeys:admin'],
    ]),
  ),
  ...Object.fromEntries(['startRun', 'finishRun', 'cancelRun'].map((field) => [field, ['runs:run']])),
  ...Object.fromEntries(
    ['apiKey', 'apiKeys', 'staleApiKeys', 'expiringApiKeys', 'accessReview'].map((field) => [field, ['apiKeys:read']]),
  ),
  ...Object.fromEntries(
    ['verifyAudit', 'auditCheckpoint', 'auditDenials', 'accountAccess'].map((field) => [field, ['audit:read']]),
  ),
  ...Object.fromEntries(['auditEvents', 'history', 'asOf', 'auditExport'].map((field) => [field, all(EVERY, 'read')])),
  node: [],
  unownedResources: all(EVERY, 'read'),
  storedSecrets: all(EVERY, 'read'),
  ...Object.fromEntries(
    ['exportConfiguration', 'planImport', 'undoPlan'].map((field) => [field, all(PROMOTED, 'read')]),
  ),
  ...Object.fromEntries(['applyImport', 'undoImport'].map((field) => [field, all(PROMOTED, 'admin')])),
  ...Object.fromEntries(
    [
      ['agent', 'agents', 'Agent'],
      ['tool', 'tools', 'Tool'],
      ['mcpServer', 'mcpServers', 'McpServer'],
      ['schedule', 'schedules', 'Schedule'],
      ['run', 'runs', ''],
    ].flatMap(([singular = '', plural = '', type = '']) => [
      [singular, [`${plural}:read`]],
      [plural, [`${plural}:read`]],
      ...(type === ''
        ? []
        : ['create', 'update', 'delete', 'restore'].map((verb) => [verb + type, [`${plural}:write`]])),
    ]),
  ),
};

/** Who may do what: a role, and the types it is restricted to. */
const KEYS: readonly (readonly [name: string, input: object, grants: ReadonlySet<string>])[] = [
  ['VIEWER', { role: 'VIEWER' }, new Set(all(DATA, 'read'))],
  ['RUNNER', { role: 'RUNNER' }, new Set([...all(DATA, 'read'), ...all(DATA, 'run')])],
  ['CREATOR', { role: 'CREATOR' }, new Set(['read', 'run', 'write'].flatMap((verb) => all(DATA, verb)))],
  [
    'ADMINISTRATOR',
    { role: 'ADMINISTRATOR' },
    new Set(['read', 'run', 'write', 'admin'].flatMap((verb) => all(EVERY, verb))),
  ],
  ['VIEWER of agents', { role: 'VIEWER', resourceTypes: ['agents'] }, new Set(['agents:read'])],
  [
    'CREATOR of tools and runs',
    { role: 'CREATOR', resourceTypes: ['tools', 'runs'] },
    new Set(['read', 'run', 'write'].flatMap((verb) => all(['tools', 'runs'], verb))),
  ],
  [
    'ADMINISTRATOR of keys',
    { role: 'ADMINISTRATOR', resourceTypes: ['apiKeys'] },
    new Set(['read', 'run', 'write', 'admin'].map((verb) => `apiKeys:${verb}`)),
  ],
];

const NOBODY = '01a209d4-7e28-746e-9e34-45d1d013a72a';
const SAMPLES = { ids: [NOBODY], texts: ['x'] };

type Field = GraphQLField<unknown, unknown>;

const roots: readonly (readonly [kind: string, field: Field])[] = [
  ...Object.values(gatewaySchema.getQueryType()?.getFields() ?? {}).map((field) => ['query', field] as const),
  ...Object.values(gatewaySchema.getMutationType()?.getFields() ?? {}).map((field) => ['mutation', field] as const),
];

/** The types that a selection reads: of every object field in it, the type of what it returns. */
function typesIn(type: GraphQLNamedType, selection: string): string[] {
  const [, possible = ''] = /\.\.\. on (\w+)/.exec(selection) ?? [];
  const narrowed = gatewaySchema.getType(possible);
  if (!isObjectType(type)) return narrowed && selection.includes('{') ? typesIn(narrowed, selection) : [];
  const fields = Object.values(type.getFields()).filter(({ name }) => new RegExp(`\\b${name}\\b`).test(selection));
  return fields.flatMap((field) => {
    const inner = getNamedType(field.type);
    return isLeafType(inner) ? [] : [inner.name];
  });
}

let world: TwoTenants;
let keys: ReadonlyMap<string, MadeKey>;

beforeAll(async () => {
  world = await createTwoTenants();
  const made = new Map<string, MadeKey>();
  for (const [name, input] of KEYS) made.set(name, await createKey(world, world.acme, input));
  keys = made;
});

afterAll(() => world.close());

const isForMasters = (field: Field): boolean =>
  (field.astNode?.directives ?? []).some(({ name }) => name.value === 'masterOnly');
const isPublic = (field: Field): boolean =>
  (field.astNode?.directives ?? []).some(({ name }) => name.value === 'public');

/** The same operation in the shapes that a check could miss. */
const shapesOf = (
  kind: string,
  field: Field,
  selection: string,
): { name: string; query: string; variables: object }[] => {
  const plain = operation(field, required(field, SAMPLES), selection, kind);
  const root = kind === 'query' ? 'Query' : 'Mutation';
  const head = plain.query.slice(0, plain.query.indexOf('{') + 1);
  const body = plain.query.slice(plain.query.indexOf('{') + 1, plain.query.lastIndexOf('}'));
  return [
    plain,
    { ...plain, query: `${head} alias: ${body.trim()} }` },
    { ...plain, query: `${head} ... on ${root} { ... { ${body} } } }` },
    { ...plain, query: `${head} ...Part } fragment Part on ${root} { ${body} }` },
  ];
};

it('the matrix has an entry for every operation of the schema that depends on a role', () => {
  const missing = roots.filter(([, field]) => !isForMasters(field) && !isPublic(field) && !(field.name in ROOT));
  expect(missing.map(([, field]) => field.name)).toEqual([]);
});

it.each(KEYS)('%s may do exactly what the table says', async (name, _input, grants) => {
  const key = keys.get(name);
  if (!key) throw new Error('The key was made before');
  for (const [kind, field] of roots) {
    const wanted = ROOT[field.name];
    if (!wanted) continue;
    const type = getNamedType(field.type);
    const [narrow = '', ...deeper] = isLeafType(type)
      ? ['']
      : [...new Set([flat(gatewaySchema, type), ...chains(gatewaySchema, type, 2)])];
    for (const selection of kind === 'query' ? [narrow, ...deeper] : [narrow]) {
      const nested = typesIn(type, selection).flatMap((each) => all(READ[each] ?? [], 'read'));
      const lacking = [...new Set([...wanted, ...nested])].filter((permission) => !grants.has(permission));
      const shapes = shapesOf(kind, field, selection);
      // Deeper selections in one shape: the shapes differ in how the root field is reached.
      for (const { query, variables } of selection === narrow ? shapes : shapes.slice(0, 1)) {
        const answer = await key.send(query, variables);
        const refused = missingPermissions(answer);
        expect({ query, isRefused: refused !== null }).toEqual({ query, isRefused: lacking.length > 0 });
        for (const permission of refused ?? []) expect(grants.has(permission)).toBe(false);
      }
    }
  }
});

it('a denial names the missing permissions and the role, and is the same for a foreign row and a missing one', async () => {
  const viewer = keys.get('VIEWER');
  if (!viewer) throw new Error('The key was made before');
  const { createTool } = await world.globex.ask<{ createTool: { id: string } }>(
    'mutation { createTool(input: { name: "foreign" }) { id } }',
  );
  const remove = 'mutation ($id: ID!) { deleteTool(id: $id) { id } }';
  const [foreign, unknown] = await Promise.all([createTool.id, NOBODY].map((id) => viewer.send(remove, { id })));
  expect(foreign?.errors).toMatchObject([
    {
      message: expect.stringContaining('This key lacks tools:write; its role is VIEWER.'),
      extensions: { code: 'FORBIDDEN', missingPermissions: ['tools:write'] },
    },
  ]);
  const body = (answer: typeof foreign): string | undefined => answer?.text.replace(/"requestId":"[^"]*"/g, '');
  expect(body(foreign)).toBe(body(unknown));
});
