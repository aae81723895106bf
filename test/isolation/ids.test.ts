/** Another account's id, a deleted id, an id that never existed and no id at all: byte-identical answers, everywhere. */
import { getNamedType, type GraphQLField } from 'graphql';
import { annotationsOf } from '../../src/graph/directives/annotations';
import { resources } from '../../src/resources';
import { creation, gatewaySchema, plant, type Planted } from '../harness/factories';
import { createWorld, type Answer, type Client, type World } from '../harness/gateway';
import { accountTables, COUNTERS, fingerprint, query } from '../harness/sql';
import { accountFields, idPlaces, inAccount, type IdPlace } from './ids';
import { queryFields } from './operations';
import { visible } from './twins';

const REQUEST = { 'x-request-id': 'the-same-for-every-id' };
const RANDOM = '01890000-0000-7000-8000-00000000abcd';

let world: World;
let own: Planted;
let foreign: Planted;
let deleted: string[];
let places: IdPlace[];
const samples = { ids: [RANDOM], texts: ['text'] };

/** One more row of each resource, hidden as a deletion hides it. */
async function hideRows(client: Client): Promise<string[]> {
  const hidden: string[] = [];
  for (const resource of resources) {
    const { query: text, variables, read } = creation(resource, own, `Hidden ${resource.names.type}`);
    hidden.push(read(await client.ask<Record<string, unknown>>(text, variables)));
  }
  const url = world.database.superuserUrl;
  const columns = `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attname = 'deletion_id'`;
  for (const { name } of await query<{ name: string }>(url, columns)) {
    await query(
      url,
      `UPDATE ${name} SET deleted_at = now(), deletion_id = gen_random_uuid() WHERE id = ANY($1::uuid[])`,
      [hidden],
    );
  }
  return hidden;
}

beforeAll(async () => {
  world = await createWorld();
  foreign = await plant(world.globex, 'Foreign');
  own = await plant(world.acme, 'Own');
  deleted = await hideRows(world.acme);
  places = idPlaces(gatewaySchema, own, samples);
}, 60_000);
afterAll(() => world.close());

const isForMasters = (field: GraphQLField<unknown, unknown>): boolean =>
  annotationsOf(field).some(({ kind }) => kind === 'masterOnly');

const ask = async (client: Client, place: IdPlace, id: string): Promise<Answer> => {
  const { query: text, variables } = place.with(id);
  return client.send(text, variables, REQUEST);
};

/** Bringing back what is deleted is what these are for. */
const raises = ({ name }: IdPlace): boolean => /^(restore|purge)/.test(name);

it('the places were found: every resource by id, and every mutation that names a row', () => {
  const names = places.map(({ name }) => name);
  for (const { names: resource } of resources) expect(names).toContain(`${resource.one}(id)`);
  const mutations = Object.values(gatewaySchema.getMutationType()?.getFields() ?? {});
  for (const field of mutations.filter((one) => one.args.some(({ name }) => name === 'id')))
    expect(names).toContain(`${field.name}(id)`);
  expect(names).toContain('createAgent(input.toolIds.*)');
  expect(names).toContain('agents(filter.id.in.*)');
});

it('an id of another account is answered like one that never existed, and nothing of that account changes', async () => {
  const before = await fingerprint(world.database.superuserUrl, world.globex.accountId);
  const tables = await accountTables(world.database.superuserUrl);
  expect(Object.keys(before)).toEqual(tables.filter((table) => !COUNTERS.has(table)));
  const others = [...[...foreign.values()].flatMap((ids) => ids.slice(0, 1)), world.globex.accountId];
  for (const place of places) {
    const expected = visible(await ask(world.acme, place, RANDOM));
    for (const id of [...others, ...(raises(place) ? [] : deleted), 'no-id', '', "' OR 1=1 --"]) {
      const answer = await ask(world.acme, place, id);
      expect({ place: place.name, id, answer: visible(answer) }).toEqual({ place: place.name, id, answer: expected });
    }
  }
  expect(await fingerprint(world.database.superuserUrl, world.globex.accountId)).toEqual(before);
}, 120_000);

it('a master key that works in one account is answered like that account', async () => {
  const reads = places.filter(({ name }) =>
    queryFields(gatewaySchema).some(
      (field) => name === `${field.name}(id)` && field.args.some((one) => one.name === 'accountId'),
    ),
  );
  expect(reads.length).toBeGreaterThanOrEqual(resources.length);
  for (const place of reads) {
    for (const id of [...foreign.values()].flat()) {
      const { query: text, variables } = place.with(id);
      const pinned = text
        .replace(/^query \(/, 'query ($accountId: ID, ')
        .replace(/\((?=[^()]*\bid: \$id)/, '(accountId: $accountId, ');
      const answer = await world.master.send(pinned, { ...variables, accountId: world.acme.accountId }, REQUEST);
      expect(answer.text).toBe((await ask(world.acme, place, RANDOM)).text);
    }
  }
}, 60_000);

it('accountId of another account is refused before anything happens, in every field that takes one', async () => {
  const fields = accountFields(gatewaySchema);
  expect(fields.length).toBeGreaterThan(2 * resources.length);
  const before = await fingerprint(world.database.superuserUrl, world.globex.accountId);
  for (const field of fields) {
    const bodies = new Set<string>();
    for (const account of [world.globex.accountId, RANDOM, world.globex.accountId.toUpperCase()]) {
      const { query: text, variables } = inAccount(gatewaySchema, field, account, own, samples);
      const answer = await world.acme.send(text, variables, REQUEST);
      expect({ field: field.field.name, codes: answer.errors.map(({ extensions }) => extensions.code) }).toEqual({
        field: field.field.name,
        codes: [isForMasters(field.field) ? 'FORBIDDEN' : 'ACCOUNT_MISMATCH'],
      });
      bodies.add(answer.text.replaceAll(account, '<account>'));
    }
    expect(bodies.size).toBe(1);
  }
  expect(await fingerprint(world.database.superuserUrl, world.globex.accountId)).toEqual(before);
}, 60_000);

it('no input type has a field for an id of its own or for an account', () => {
  const inputs = Object.values(gatewaySchema.getMutationType()?.getFields() ?? {}).flatMap((field) =>
    field.args.filter((one) => one.name === 'input'),
  );
  for (const input of inputs) {
    const type = getNamedType(input.type);
    const fields = 'getFields' in type ? Object.keys(type.getFields()) : [];
    expect(fields.filter((name) => name === 'id' || name === 'accountId')).toEqual([]);
  }
  expect(inputs.length).toBeGreaterThan(3);
});

it('a chosen id or accountId inside an input is refused, and the row that has it is unchanged', async () => {
  const [id = ''] = foreign.get('Tool') ?? [];
  const before = await fingerprint(world.database.superuserUrl, world.globex.accountId);
  for (const intruder of [{ id }, { accountId: world.globex.accountId }, { deletedAt: null }, { version: 7 }]) {
    const create = await world.acme.send('mutation ($input: CreateToolInput!) { createTool(input: $input) { id } }', {
      input: { name: 'Intruder', ...intruder },
    });
    const update = await world.acme.send(
      'mutation ($id: ID!, $input: UpdateToolInput!) { updateTool(id: $id, input: $input) { id } }',
      { id: own.get('Tool')?.[0], input: intruder },
    );
    for (const { errors } of [create, update])
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  }
  expect(await fingerprint(world.database.superuserUrl, world.globex.accountId)).toEqual(before);
  expect(await world.acme.ask('{ tools(filter: { name: { equals: "Intruder" } }) { totalCount } }')).toEqual({
    tools: { totalCount: 0 },
  });
});

it('a name that exists in the other account can be taken, for every resource', async () => {
  for (const resource of resources) {
    const { query: text, variables, read } = creation(resource, own, 'Foreign 0');
    expect(read(await world.acme.ask<Record<string, unknown>>(text, variables))).toMatch(/^[0-9a-f-]{36}$/);
  }
});
