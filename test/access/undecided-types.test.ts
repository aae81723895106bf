/** No permission can be forgotten: the server does not start while a type that account keys can read has none. */
import { buildSchema } from 'graphql';
import { PermissionTable } from '../../src/auth/grants';
import { directiveSDL } from '../../src/graph/directives/definitions';
import { SchemaReviewError } from '../../src/graph/directives/schema-review';
import { fieldPermissions, type FieldPermissions, type PermissionEntries } from '../../src/graph/permissions';
import { resources } from '../../src/resources';
import { permissionEntries, permissionTypes } from '../../src/resources/permissions';
import { gatewaySchema } from '../harness/factories';

const table = new PermissionTable(permissionTypes(resources));
const entries = permissionEntries(resources);

const start = (changed: PermissionEntries): FieldPermissions => fieldPermissions(gatewaySchema, table, changed);

const without = (name: string): PermissionEntries =>
  Object.fromEntries(Object.entries(entries).filter(([each]) => each !== name));

/** The requirements of these follow from their contents, so they need no entry, and then require more. */
const WITHOUT_ENTRY = new Map([
  ['Mutation.delegateApiKey', 'apiKeys:run'],
  ['NewApiKey.apiKey', 'apiKeys:read'],
  ['Query.node', 'runs:read'],
  ['Query._entities', 'runs:read'],
]);

it('the server starts with the permissions as they are', () => {
  expect(() => start(entries)).not.toThrow();
});

it.each(Object.keys(entries).filter((name) => !WITHOUT_ENTRY.has(name)))(
  'without the permission of %s the server does not start',
  (name) => {
    expect(() => start(without(name))).toThrow(SchemaReviewError);
    expect(() => start(without(name))).toThrow('has no permission: nobody decided which keys may');
    expect(() => start(without(name))).toThrow(name.split('.')[0]);
  },
);

it.each([...WITHOUT_ENTRY])('without its permission, %s requires %s of what it returns', (path, permission) => {
  const needed = start(without(path)).get(path);
  expect(needed && table.names(needed)).toContain(permission);
});

it('a type with usage counts of keys is reported if it has no entry', () => {
  expect(() => start(without('KeyUsageCount'))).toThrow(
    'KeyUsageCount, which AccessReview.evidence returns, has no permission: nobody decided which keys may read it. Add it to src/resources/permissions.ts',
  );
});

describe('a type that can be read', () => {
  const schemaOf = (types: string) => buildSchema(`${directiveSDL}\n${types}`);
  const review = (types: string, known: PermissionEntries): FieldPermissions =>
    fieldPermissions(schemaOf(types), table, known);

  it.each([
    ['in a page', 'type Query { tools: Page @scoped } type Page { nodes: [Tool], of: Secret } type Tool { id: ID }'],
    [
      'through an interface',
      'type Query { tools: Any @scoped } interface Any { id: ID } type Tool implements Any { id: ID, of: Secret }',
    ],
    ['from any key', 'type Query { tools: [Tool] @authenticated } type Tool { id: ID, of: Secret }'],
  ])('%s is reported if it has no permission', (_title, types) => {
    const schema = `${types} type Secret { of: String }`;
    expect(() => review(schema, { Tool: ['tools'] })).toThrow(/Secret, which \w+\.of returns, has no permission/);
    expect(() => review(schema, { Tool: ['tools'], Secret: [] })).not.toThrow();
  });

  it('as a row needs its own permission, whatever rows it leads to', () => {
    const types =
      'type Query { tools: Page @scoped } type Page { nodes: [Secret] } type Secret { id: ID, of: Tool } type Tool { id: ID }';
    expect(() => review(types, { Tool: ['tools'] })).toThrow('Secret, which Page.nodes returns');
    expect(() => review(types, { Tool: ['tools'], Secret: ['apiKeys'] })).not.toThrow();
  });

  it('needs its own permission even if it has a part that requires none', () => {
    const types =
      'type Query { tool: Tool @scoped } type Tool { id: ID, of: Secret } type Secret { part: Part } type Part { x: Int }';
    expect(() => review(types, { Tool: ['tools'], Part: [] })).toThrow('Secret, which Tool.of returns');
  });

  it('by master keys only needs no permission', () => {
    const types =
      'type Query { tool: Tool @scoped all: Secret @masterOnly } type Tool { id: ID } type Secret { x: Int }';
    expect(() => review(types, { Tool: ['tools'] })).not.toThrow();
  });
});
