/** A developer who adds a resource and forgets a step is told which one: each step is omitted in turn. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isInputObjectType } from 'graphql';
import type { Client } from 'pg';
import { ZodObject } from 'zod';
import { withRoles } from '../../src/db/setup/migrations';
import { ROLES } from '../../src/db/verify/catalog';
import { roleNormalizer } from '../../src/db/verify/schema-dump';
import { findAuditFaults } from '../../src/db/verify/verify-audit';
import { findPolicyFaults, rolesOf as rolesInDatabase } from '../../src/db/verify/verify-policies';
import { gatewayRegistry } from '../../src/resources';
import { createDatabase, rolesOf, type TestDatabase } from '../harness/database';
import { gatewaySchema } from '../harness/factories';
import { connected } from '../harness/sql';
import { MIGRATION } from './migration';
import { notes } from './note';
import { missingProperties } from './table-properties';

const RESOURCES = join(__dirname, '../../src/resources');

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

/** The reasons for which start-up would refuse. */
async function faultsOf(client: Client): Promise<string[]> {
  const ask = async (text: string): Promise<unknown[][]> =>
    (await client.query<unknown[]>({ text, rowMode: 'array' })).rows;
  const names = rolesInDatabase(await ask(ROLES));
  return [...(await findPolicyFaults(ask, names)), ...(await findAuditFaults(ask, await roleNormalizer(ask)))];
}

/** The parts that a migration of the test resource lacks, as reported at start-up or by tests. */
const told = (migration: string): Promise<string[]> =>
  connected(database.ownerUrl, async (client) => {
    await client.query('BEGIN');
    await client.query(withRoles(migration, rolesOf(database)));
    const faults = await faultsOf(client);
    return [...faults, ...(await missingProperties(client, notes, rolesOf(database)))];
  });

it.each(gatewayRegistry.resources.map((resource) => [resource.names.plural, resource] as const))(
  'the table of %s has every column, index, foreign key and grant that the gateway relies on',
  async (_name, resource) => {
    const missing = await connected(database.superuserUrl, (client) =>
      missingProperties(client, resource, rolesOf(database)),
    );
    expect(missing).toEqual([]);
  },
);

it.each(gatewayRegistry.resources.flatMap(({ mutations, ...rest }) => (mutations ? [{ mutations, ...rest }] : [])))(
  'the rules of $names.plural name every field of its inputs, so that nothing that is sent is dropped',
  ({ names, mutations: { rowSchema }, manyToMany = [] }) => {
    if (!(rowSchema instanceof ZodObject)) throw new Error('The rules of a row are those of an object');
    const known = [...Object.keys(rowSchema.shape), ...manyToMany.map(({ input }) => input)];
    for (const type of [`Create${names.type}Input`, `Update${names.type}Input`]) {
      const input = gatewaySchema.getType(type);
      if (!isInputObjectType(input)) throw new Error(`There is no ${type}`);
      expect(Object.keys(input.getFields()).filter((field) => !known.includes(field))).toEqual([]);
    }
  },
);

it('every folder of a resource is in the registry', () => {
  const registry = readFileSync(join(RESOURCES, 'index.ts'), 'utf8');
  const folders = readdirSync(RESOURCES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(join(RESOURCES, entry.name)).includes('index.ts'))
    .map(({ name }) => name);
  expect(folders.length).toBeGreaterThan(5);
  expect(folders.filter((name) => !registry.includes(`from './${name}'`))).toEqual([]);
});

it('a migration with every part lacks nothing', async () => {
  expect(await told(MIGRATION)).toEqual([]);
});

const without = (part: RegExp): string => {
  const rest = MIGRATION.replace(part, '');
  expect(rest).not.toBe(MIGRATION);
  return rest;
};

it.each([
  ['the migration', /[^]+/, 'there is no table note'],
  ['a column', / {4}name text NOT NULL,\n/, null],
  ['the deletion id', / {4}deletion_id uuid,\n/, null],
  ['the primary key', /,\n {4}PRIMARY KEY \(account_id, id\)/, 'no index that begins with (account_id, id)'],
  [
    'the foreign key to the account',
    /ALTER TABLE note ADD FOREIGN KEY \(account_id\) [^;]+;/,
    'no foreign key (account_id)',
  ],
  [
    'the foreign key to the parent',
    /ALTER TABLE note ADD FOREIGN KEY \(account_id, tool_id\) [^;]+;/,
    'no foreign key (account_id, tool_id)',
  ],
  ['the unique index of names', /CREATE UNIQUE INDEX[^;]+;/, 'two rows could have one name'],
  ['the name of the unique index', /(?<=UNIQUE INDEX )note_live_name/, 'no unique index note_live_name'],
  ['the condition of the unique index', / WHERE deleted_at IS NULL/, 'two rows could have one name'],
  ['the index of ids', /CREATE INDEX note_by_id [^;]+;/, 'begins with (id, account_id)'],
  ['the index of deletions', /CREATE INDEX note_by_deletion [^;]+;/, 'begins with (account_id, deletion_id)'],
  ['the index of a list', /CREATE INDEX note_by_created_at [^;]+;/, 'begins with (account_id, created_at, id)'],
  ['the index of a list of all accounts', /CREATE INDEX note_all_by_name [^;]+;/, 'begins with (name, id, account_id)'],
  ['the index of owners', /CREATE INDEX note_all_by_owner_team [^;]+;/, "'team'"],
  ['the index of rows without an owner', /CREATE INDEX note_unowned [^;]+;/, 'deleted_at IS NULL) AND (COALESCE('],
  ['the index of a parent', /CREATE INDEX note_by_tool_id [^;]+;/, 'begins with (account_id, tool_id, '],
  ['row level security', /ALTER TABLE note ENABLE[^;]+;/, 'no forced row level security'],
  ['FORCE', /, FORCE ROW LEVEL SECURITY/, 'no forced row level security'],
  ["the tenant's policy", /CREATE POLICY tenant_rows [^;]+;/, 'the table note has no policy for'],
  ["the operator's policy", /CREATE POLICY operator_rows [^;]+;/, 'the table note has no policy for'],
  ['the grants', /GRANT [^;]+;/, 'the role tenant may not INSERT note'],
  ['a grant', /(?<=GRANT SELECT, INSERT, UPDATE), DELETE/, 'the role operator may not DELETE note'],
  ['the audit triggers', /SELECT audit_attach[^;]+;/, 'no working audit trigger'],
])('a migration without %s is reported with what it lacks', async (_part, pattern, sentence) => {
  const migration = without(pattern);
  if (sentence === null) {
    // Its indexes use the column, so PostgreSQL refuses the migration.
    await expect(told(migration)).rejects.toMatchObject({ code: '42703' });
    return;
  }
  expect((await told(migration)).join('\n')).toContain(sentence);
});
