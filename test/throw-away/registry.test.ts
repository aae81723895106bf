/**
 * A new resource is one folder, one line and one migration: everything else finds it by itself. The suites that are
 * imported are the product's own, run once more with the resource in the registry.
 */
import type * as registry from '../../src/resources';
import type * as databases from '../harness/database';
import type * as sql from '../harness/sql';
import type * as migration from './migration';
import type * as note from './note';
import { createWorld, type World } from '../harness/gateway';
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
  const { STATEMENTS } = jest.requireActual<typeof migration>('./migration');
  const { connected } = jest.requireActual<typeof sql>('../harness/sql');
  const createDatabase = async (): Promise<databases.TestDatabase> => {
    const database = await real.createDatabase();
    await connected(database.ownerUrl, async (owner) => {
      for (const statement of STATEMENTS) await owner.query(statement);
    });
    return database;
  };
  return { ...real, createDatabase };
});

describe('a resource that was added', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());

  const CREATE =
    'mutation ($name: String!, $toolId: ID!) { createNote(input: { name: $name, toolId: $toolId }) { id } }';
  const byId = (verb: string): string => `mutation ($id: ID!) { ${verb}Note(id: $id) { id } }`;

  it('has pages, a filter, a loader, soft delete, restore, purge and a record, and nobody wrote any of it', async () => {
    const { acme, master } = world;
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
});
