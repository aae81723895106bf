/** Every role with every operation: a key may do exactly what this table lists, in every form of the operation. */
import { getNamedType, isObjectType, type GraphQLField } from 'graphql';
import { gatewaySchema } from '../harness/factories';
import { setupTwoTenants } from '../harness/setup-tenants';
import { createKey, missingPermissions, type MadeKey } from './keys';
import { permissionsIn, printedRows } from './printed';
import { fieldsRead, shapesOfField } from './shapes';
import { createRole } from './roles';

/**
 * The permissions that reading rows of these types requires, or a single field, which takes precedence. Written by
 * hand, because the product derives them.
 */
const READ: Readonly<Record<string, readonly string[]>> = {
  Agent: ['agents'],
  Tool: ['tools'],
  McpServer: ['mcpServers'],
  Schedule: ['schedules'],
  Run: ['runs'],
  RunTransition: ['runs'],
  ApiKey: ['apiKeys'],
  KeyUsageCount: ['apiKeys'],
  AccessReview: ['apiKeys'],
  AccessDecision: ['apiKeys'],
  ResourceCount: ['agents', 'tools', 'mcpServers', 'schedules', 'runs', 'apiKeys', 'webhooks', 'audit', 'promotion'],
  AuditEvent: ['agents', 'tools', 'mcpServers', 'schedules', 'runs', 'apiKeys', 'webhooks', 'audit', 'promotion'],
  AuditDenial: ['audit'],
  AccountAccess: ['audit'],
  'NewApiKey.apiKey': [],
  CustomRole: ['apiKeys'],
  ServiceAccount: ['apiKeys'],
  Webhook: ['webhooks'],
  WebhookDelivery: ['webhooks'],
};
const DATA = ['agents', 'tools', 'mcpServers', 'schedules', 'runs', 'promotion'];
const EVERY = [...DATA, 'apiKeys', 'audit', 'webhooks'];
const PROMOTED = ['agents', 'tools', 'mcpServers', 'schedules', 'promotion'];

const all = (types: readonly string[], verb: string): string[] => types.map((type) => `${type}:${verb}`);

/**
 * Root fields that account keys may use, and the permissions they require; those of generated resources follow below.
 */
const ROOT: Readonly<Record<string, readonly string[]>> = {
  viewer: [],
  explainOperation: [],
  delegateApiKey: [],
  ...Object.fromEntries(
    [
      ...[
        'createApiKey',
        'renameApiKey',
        'updateApiKey',
        'rotateApiKey',
        'revokeApiKey',
        'applyAccessPlan',
        'undoAccessPlan',
      ],
      ...['create', 'update', 'delete', 'restore'].flatMap((verb) => [`${verb}CustomRole`, `${verb}ServiceAccount`]),
    ].map((field) => [field, ['apiKeys:admin']]),
  ),
  ...Object.fromEntries(['startRun', 'finishRun', 'cancelRun'].map((field) => [field, ['runs:run']])),
  ...Object.fromEntries(
    [
      'apiKey',
      'apiKeys',
      'staleApiKeys',
      'expiringApiKeys',
      'accessReview',
      'accessDecisions',
      'simulateAccess',
      'accessPlan',
      'customRole',
      'customRoles',
      'serviceAccount',
      'serviceAccounts',
    ].map((field) => [field, ['apiKeys:read']]),
  ),
  ...Object.fromEntries(
    ['verifyAudit', 'auditCheckpoint', 'auditDenials', 'accountAccess', 'retention'].map((field) => [
      field,
      ['audit:read'],
    ]),
  ),
  ...Object.fromEntries(
    ['auditEvents', 'history', 'asOf', 'auditExport', 'events'].map((field) => [field, all(EVERY, 'read')]),
  ),
  eraseHistory: ['audit:admin'],
  ...Object.fromEntries(['webhook', 'webhooks', 'webhookDeliveries'].map((field) => [field, ['webhooks:read']])),
  ...Object.fromEntries(
    [
      ...['create', 'update', 'delete', 'restore', 'replay', 'test'].map((verb) => `${verb}Webhook`),
      'rotateWebhookSecret',
    ].map((field) => [field, ['webhooks:admin']]),
  ),
  updateRetention: ['audit:admin'],
  node: [],
  _entities: [],
  _service: [],
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

const RELEASES = ['agents:read', 'agents:write', 'runs:read', 'runs:run', 'apiKeys:read', 'audit:read'];

interface Rights {
  readonly role?: string;
  readonly resourceTypes?: readonly string[];
  readonly permissions?: readonly string[];
}

/** Callers: a role, or the permissions of a custom role, and the types that it is restricted to. */
const KEYS: readonly (readonly [name: string, input: Rights, grants: ReadonlySet<string>])[] = [
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
    'ADMINISTRATOR without promotion',
    { role: 'ADMINISTRATOR', resourceTypes: ['agents', 'tools', 'mcpServers', 'schedules'] },
    new Set(
      ['read', 'run', 'write', 'admin'].flatMap((verb) => all(['agents', 'tools', 'mcpServers', 'schedules'], verb)),
    ),
  ],
  [
    'ADMINISTRATOR of keys',
    { role: 'ADMINISTRATOR', resourceTypes: ['apiKeys'] },
    new Set(['read', 'run', 'write', 'admin'].map((verb) => `apiKeys:${verb}`)),
  ],
  ['a role of the account', { permissions: RELEASES }, new Set(RELEASES)],
];

const ROLES = ['VIEWER', 'RUNNER', 'CREATOR', 'ADMINISTRATOR'];

/** The forms in which operations are usually sent. */
const RUN_SHAPES = new Set(['plain', 'nested']);
const LEFT_OUT = /left out/;

const NOBODY = '01a209d4-7e28-746e-9e34-45d1d013a72a';
const SAMPLES = { ids: [NOBODY], texts: ['x'] };

type Field = GraphQLField<unknown, unknown>;

const readOf = (path: string, { type }: Pick<Field, 'type'>): string[] =>
  all(READ[path] ?? READ[getNamedType(type).name] ?? [], 'read');

const roots: readonly (readonly [kind: 'query' | 'mutation', field: Field])[] = [
  ...Object.values(gatewaySchema.getQueryType()?.getFields() ?? {}).map((field) => ['query', field] as const),
  ...Object.values(gatewaySchema.getMutationType()?.getFields() ?? {}).map((field) => ['mutation', field] as const),
];

/** test/streams/rights.test.ts opens these. */
const subscriptions = Object.keys(gatewaySchema.getSubscriptionType()?.getFields() ?? {});

let keys: ReadonlyMap<string, MadeKey>;

const world = setupTwoTenants();

beforeAll(async () => {
  const made = new Map<string, MadeKey>();
  for (const [name, { permissions, ...input }] of KEYS) {
    const role = permissions && { role: 'CUSTOM', customRoleId: await createRole(world.acme, name, permissions) };
    made.set(name, await createKey(world, world.acme, { ...input, ...role }));
  }
  keys = made;
});

const isForMasters = (field: Field): boolean =>
  (field.astNode?.directives ?? []).some(({ name }) => name.value === 'masterOnly');
const isPublic = (field: Field): boolean =>
  (field.astNode?.directives ?? []).some(({ name }) => name.value === 'public');

it('the matrix lists every operation of the schema that depends on a role', () => {
  const missing = roots.filter(([, field]) => !isForMasters(field) && !isPublic(field) && !(field.name in ROOT));
  expect(missing.map(([, field]) => field.name)).toEqual([]);
  expect(subscriptions.filter((name) => !(name in ROOT))).toEqual([]);
});

it.each(KEYS)('%s may do exactly what the table says', async (name, _input, grants) => {
  const key = keys.get(name);
  if (!key) throw new Error('The key was made before');
  for (const [kind, field] of roots) {
    const wanted = ROOT[field.name];
    if (!wanted) continue;
    for (const { name: shape, query, variables } of shapesOfField(kind, field, SAMPLES)) {
      const nested = [...fieldsRead(query)].flatMap(([path, each]) => readOf(path, each));
      const lacking = [...wanted, ...nested].filter((permission) => !grants.has(permission));
      // Unusual forms matter only for what they might let through by mistake.
      if (lacking.length === 0 && !RUN_SHAPES.has(shape)) continue;
      const refused = missingPermissions(await key.send(query, variables));
      expect({ shape, query, missing: refused && [...refused].sort() }).toEqual({
        shape,
        query,
        missing: lacking.length === 0 ? null : [...new Set(lacking)].sort(),
      });
    }
  }
});

it('fields for master keys are refused to every role, in every form of the operation', async () => {
  for (const [kind, field] of roots.filter(([, each]) => isForMasters(each))) {
    const shapes = shapesOfField(kind, field, SAMPLES).filter(({ name }) => !LEFT_OUT.test(name) && name !== 'nested');
    for (const { query, variables } of shapes) {
      for (const role of ROLES) {
        const key = keys.get(role);
        if (!key) throw new Error('The key was made before');
        const { errors } = await key.send(query, variables);
        // This message, because the scope behind the directive refuses account keys as well.
        expect({ query, errors }).toMatchObject({
          query,
          errors: [
            {
              message: expect.stringContaining(`${field.name} is for master keys`),
              extensions: { code: 'FORBIDDEN' },
            },
          ],
        });
      }
    }
  }
});

it('docs/permissions.md prints this matrix', () => {
  const rows = printedRows('operations');
  expect(rows.map(([path = '']) => path.slice(path.indexOf('.') + 1)).sort()).toEqual(
    [...roots.map(([, { name }]) => name), ...subscriptions].sort(),
  );
  for (const [path = '', asksFor = '', ...cells] of rows) {
    const wanted = ROOT[path.slice(path.indexOf('.') + 1)] ?? [];
    expect({ path, asksFor: permissionsIn(asksFor, EVERY).sort() }).toEqual({ path, asksFor: [...wanted].sort() });
    const may = KEYS.filter(([name]) => ROLES.includes(name)).map(([, , grants]) =>
      asksFor !== 'master keys' && wanted.every((permission) => grants.has(permission)) ? 'yes' : 'no',
    );
    expect({ path, cells: cells.slice(0, ROLES.length) }).toEqual({ path, cells: may });
  }
});

it('docs/permissions.md prints the requirements of nested fields', () => {
  const asked = new Map(printedRows('nested').map(([path = '', cell = '']) => [path, permissionsIn(cell, EVERY)]));
  const isRoot = new Set<unknown>([
    gatewaySchema.getQueryType(),
    gatewaySchema.getMutationType(),
    gatewaySchema.getSubscriptionType(),
  ]);
  const types = Object.values(gatewaySchema.getTypeMap()).filter((type) => isObjectType(type) && !isRoot.has(type));
  const fields = types.flatMap((type) =>
    isObjectType(type)
      ? Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field] as const)
      : [],
  );
  for (const [path, field] of fields) {
    const wanted = readOf(path, field);
    if (wanted.length > 0) expect({ path, asked: asked.get(path)?.sort() }).toEqual({ path, asked: wanted.sort() });
  }
  expect([...asked.keys()].filter((path) => !fields.some(([each]) => each === path))).toEqual([]);
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
