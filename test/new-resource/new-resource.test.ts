/**
 * A new resource is one folder, one line and one migration; everything else finds it automatically. The imported suites
 * are the product's own, run again with the resource in the registry.
 */
import type * as migrations from '../../src/db/setup/migrations';
import type * as decisions from '../../src/graph/policy';
import type * as registry from '../../src/resources';
import type * as databases from '../harness/database';
import type * as sql from '../harness/sql';
import type * as migration from './migration';
import type * as note from './note';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { connected, query } from '../harness/sql';
import { removeAccountFilter } from '../isolation/without-account-filter';
import '../isolation/hostile.test';

jest.mock('../../src/resources', () => {
  const real = jest.requireActual<typeof registry>('../../src/resources');
  const { notes } = jest.requireActual<typeof note>('./note');
  // The one line.
  const gatewayRegistry = real.registryOf([...real.resources, notes]);
  return { ...real, gatewayRegistry, ...gatewayRegistry };
});

jest.mock('../harness/database', () => {
  const real = jest.requireActual<typeof databases>('../harness/database');
  const { MIGRATION } = jest.requireActual<typeof migration>('./migration');
  const { connected } = jest.requireActual<typeof sql>('../harness/sql');
  const { withRoles } = jest.requireActual<typeof migrations>('../../src/db/setup/migrations');
  const createDatabase = async (): Promise<databases.TestDatabase> => {
    const database = await real.createDatabase();
    await connected(database.ownerUrl, (owner) => owner.query(withRoles(MIGRATION, real.rolesOf(database))));
    return database;
  };
  return { ...real, createDatabase };
});

/** If false, the directives decide nothing: any account may be named, and rows of any account are returned. */
const mockDirectives = { decide: true };

jest.mock('../../src/graph/policy', () => {
  const real = jest.requireActual<typeof decisions>('../../src/graph/policy');
  const { policy } = real;
  const open: typeof policy = {
    ...policy,
    resolveScope: (context, accountId, ...rest) =>
      policy.resolveScope(context, mockDirectives.decide ? accountId : null, ...rest),
    covers: (scope, accountId, row) => !mockDirectives.decide || policy.covers(scope, accountId, row),
  };
  return { ...real, policy: open };
});

describe('an added resource', () => {
  let tenants: TwoTenants;
  beforeAll(async () => {
    tenants = await createTwoTenants();
  });
  afterAll(() => tenants.close());

  const CREATE =
    'mutation ($name: String!, $toolId: ID!) { createNote(input: { name: $name, toolId: $toolId }) { id } }';
  const byId = (verb: string): string => `mutation ($id: ID!) { ${verb}Note(id: $id) { id } }`;

  it('has pages, a filter, a loader, soft delete, restore, purge and an audit log without further code', async () => {
    const { acme, master } = tenants;
    const { t } = await acme.ask<{ t: { id: string } }>('mutation { t: createTool(input: { name: "noted" }) { id } }');
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c'])
      ids.push((await acme.ask<{ createNote: { id: string } }>(CREATE, { name, toolId: t.id })).createNote.id);
    const [id = ''] = ids;
    const first = await acme.ask<{ notes: { pageInfo: { endCursor: string } } }>(
      '{ notes(first: 2, orderBy: { field: name, direction: DESC }) { totalCount nodes { name tool { name } } pageInfo { endCursor hasNextPage } } }',
    );
    expect(first).toMatchObject({
      notes: {
        totalCount: 3,
        nodes: [{ name: 'c', tool: { name: 'noted' } }, { name: 'b' }],
        pageInfo: { hasNextPage: true },
      },
    });
    const rest =
      'query ($after: String) { notes(after: $after, orderBy: { field: name, direction: DESC }) { nodes { name } } }';
    expect(await acme.ask(rest, { after: first.notes.pageInfo.endCursor })).toEqual({
      notes: { nodes: [{ name: 'a' }] },
    });
    await acme.ask(byId('delete'), { id });
    const left = '{ notes { totalCount } gone: notes(deleted: ONLY) { nodes { id } } }';
    expect(await acme.ask(left)).toEqual({ notes: { totalCount: 2 }, gone: { nodes: [{ id }] } });
    await acme.ask(byId('restore'), { id });
    await acme.ask('mutation ($id: ID!) { deleteTool(id: $id) { id } }', { id: t.id });
    expect(await acme.ask('{ notes { totalCount } }')).toEqual({ notes: { totalCount: 0 } });
    await acme.ask('mutation ($id: ID!) { restoreTool(id: $id) { id } }', { id: t.id });
    expect(await acme.ask('{ notes { totalCount } }')).toEqual({ notes: { totalCount: 3 } });
    await acme.ask(byId('delete'), { id });
    const purge =
      'mutation ($accountId: ID!, $id: ID) { purge(accountId: $accountId, type: Note, id: $id) { purged } }';
    expect(await master.ask(purge, { accountId: acme.accountId, id })).toEqual({ purge: { purged: 1 } });
    const record = await acme.ask<{ history: { nodes: { action: string }[] } }>(
      'query ($id: ID!) { history(resourceType: "Note", id: $id) { nodes { action } } }',
      { id },
    );
    expect(record.history.nodes.map(({ action }) => action)).toEqual([
      'CREATE',
      ...['DELETE', 'RESTORE', 'DELETE', 'RESTORE', 'DELETE'],
      'PURGE',
    ]);
  });

  describe('has three isolation layers, each of which is sufficient alone', () => {
    let foreign: string;
    let restoreFilter = (): void => undefined;
    beforeAll(async () => {
      for (const tenant of [tenants.globex, tenants.acme]) {
        const { t } = await tenant.ask<{ t: { id: string } }>(
          'mutation { t: createTool(input: { name: "w" }) { id } }',
        );
        const { createNote } = await tenant.ask<{ createNote: { id: string } }>(CREATE, {
          name: 'layered',
          toolId: t.id,
        });
        if (tenant === tenants.globex) foreign = createNote.id;
      }
    });
    afterEach(async () => {
      await set({ directives: true, filters: true, policies: true });
    });

    async function set(layers: Record<'directives' | 'filters' | 'policies', boolean>): Promise<void> {
      mockDirectives.decide = layers.directives;
      restoreFilter();
      restoreFilter = layers.filters ? () => undefined : removeAccountFilter();
      const how = layers.policies ? 'ENABLE' : 'DISABLE';
      await query(tenants.database.superuserUrl, `ALTER TABLE note ${how} ROW LEVEL SECURITY`);
    }

    /** The accounts whose notes are returned, in every way to query them. */
    async function shown(): Promise<Set<string>> {
      const read = `query ($id: ID!, $other: ID) {
        one: note(id: $id) { accountId } list: notes { nodes { accountId } }
        ids: notes(filter: { id: { equals: $id } }) { nodes { accountId } } named: notes(accountId: $other) { nodes { accountId } } }`;
      const other = mockDirectives.decide ? tenants.acme.accountId : tenants.globex.accountId;
      const { one, ...lists } = await tenants.acme.ask<
        Record<'list' | 'ids' | 'named', { nodes: { accountId: string }[] }> & { one: { accountId: string } | null }
      >(read, { id: foreign, other });
      const rows = Object.values(lists).flatMap(({ nodes }) => nodes);
      return new Set([...rows, ...(one ? [one] : [])].map(({ accountId }) => accountId));
    }
    const own = (): Set<string> => new Set([tenants.acme.accountId]);

    it('without all three, the rows of all accounts are returned, so the tests below do remove layers', async () => {
      await set({ directives: false, filters: false, policies: false });
      expect(await shown()).toEqual(new Set([tenants.acme.accountId, tenants.globex.accountId]));
    });

    it('the directives are sufficient alone', async () => {
      await set({ directives: true, filters: false, policies: false });
      expect(await shown()).toEqual(own());
      expect(
        tenants.log.filter(({ alarm }) => alarm === 'cross_account_row').map(({ typeName }) => typeName),
      ).toContain('Note');
    });

    it('the repository is sufficient alone, for reading and writing', async () => {
      await set({ directives: false, filters: true, policies: false });
      expect(await shown()).toEqual(own());
      for (const verb of ['delete', 'restore']) {
        const { errors } = await tenants.acme.send(byId(verb), { id: foreign });
        expect(errors.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND']);
      }
    });

    it('row level security is sufficient alone, for reading and writing', async () => {
      await set({ directives: false, filters: false, policies: true });
      expect(await shown()).toEqual(own());
      await connected(tenants.database.tenantUrl, async (client) => {
        await client.query(`BEGIN; SET LOCAL app.account_id = '${tenants.acme.accountId}'`);
        const changed = await client.query(
          "UPDATE note SET name = 'taken' WHERE name = 'layered' RETURNING account_id",
        );
        expect(changed.rows).toEqual([{ account_id: tenants.acme.accountId }]);
        await client.query('ROLLBACK');
      });
    });
  });
});
