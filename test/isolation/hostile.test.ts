/**
 * Every resource and every field of the schema that takes an id, with keys and ids of another account. New resources
 * and arguments are included automatically; the suite fails if it does not understand one.
 */
import { getNamedType, type GraphQLField } from 'graphql';
import { formatKey, newSecret, parseKey } from '../../src/auth/key-format';
import { newId } from '../../src/db/ids';
import { annotationsOf } from '../../src/graph/directives/definitions';
import { resources } from '../../src/resources';
import { creation, gatewaySchema, seed, type SeededIds } from '../harness/factories';
import type { Answer, Client } from '../harness/gateway';
import { eventually } from '../harness/eventually';
import { setupTwoTenants } from '../harness/setup-tenants';
import { accountTables, COUNTERS, query } from '../harness/sql';
import { Promoter } from '../promotion/client';
import { accountFields, disguisedIds, hiddenIds, idPlaces, inAccount, type Place } from './id-places';
import { queryFields } from './operations';
import { visible } from './paired-gateways';

/** Places with the same answer for every id, because rows are not simulated. */
const REFUSED = ['simulateAccess(rights.rowIds.*)', 'delegateApiKey(input.serviceAccountId)'];

const REQUEST = { 'x-request-id': 'the-same-for-every-id' };
const AT_ONCE = 8;
const RANDOM = '01890000-0000-7000-8000-00000000abcd';

/**
 * The audit log has rows and actors as texts, because they may no longer exist. They are tested like all other texts.
 */
const DISGUISED = ['actorId: StringFilter', 'resourceId: StringFilter', 'requestId: StringFilter'];

let own: SeededIds;
let foreign: SeededIds;
let deleted: string[];
let places: Place[];
/** Ids of imports, which are not a resource: an own one and a foreign one. */
let imports: [own: string, foreign: string];
/** Ids of access changes. */
let accessChanges: [own: string, foreign: string];
const samples = { ids: [RANDOM], texts: ['text'] };

/** One more row of each resource, soft-deleted. */
async function hideRows(client: Client): Promise<string[]> {
  const hidden: string[] = [];
  for (const resource of resources) {
    const { query: text, variables, read } = creation(resource, own, `Hidden ${resource.names.type}`);
    hidden.push(read(await client.ask<Record<string, unknown>>(text, variables)));
  }
  const url = tenants.database.superuserUrl;
  const columns = `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attname = 'deletion_id'`;
  for (const { name } of await query<{ name: string }>(url, columns)) {
    await query(url, `UPDATE ${name} SET deleted_at = now(), deletion_id = $2 WHERE id = ANY($1::uuid[])`, [
      hidden,
      newId(),
    ]);
  }
  return hidden;
}

async function importInto(client: Client): Promise<string> {
  const { importId } = await new Promoter(client).apply('schemaVersion: 1\ntools: [{ name: imported }]');
  return importId ?? '';
}

/** A key is narrowed to what it was used for; keys as new as the others are left alone. */
async function changeAccess(client: Client): Promise<string> {
  const since = new Date(Date.now() - 600_000).toISOString();
  const { createApiKey: key } = await client.ask<{ createApiKey: { secret: string } }>(
    'mutation { createApiKey(input: { name: "narrowed", role: ADMINISTRATOR }) { secret } }',
  );
  await tenants.client(key.secret).ask('{ agents { totalCount } }');
  const { plan } = await client.ask<{ plan: { hash: string } }>(
    'query ($since: DateTime) { plan: accessPlan(since: $since) { hash } }',
    { since },
  );
  const { applied } = await client.ask<{ applied: { changeId: string } }>(
    'mutation ($hash: String!, $since: DateTime!) { applied: applyAccessPlan(planHash: $hash, since: $since) { changeId } }',
    { hash: plan.hash, since },
  );
  return applied.changeId;
}

const tenants = setupTwoTenants();

beforeAll(async () => {
  foreign = await seed(tenants.globex, 'Foreign');
  own = await seed(tenants.acme, 'Own');
  deleted = await hideRows(tenants.acme);
  imports = [await importInto(tenants.acme), await importInto(tenants.globex)];
  accessChanges = [await changeAccess(tenants.acme), await changeAccess(tenants.globex)];
  // The URL leads nowhere here, which the log records.
  await tenants.acme.ask('mutation ($id: ID!) { testWebhook(id: $id) { status } }', { id: own.get('Webhook')?.[0] });
  places = idPlaces(gatewaySchema, own, samples);
}, 60_000);

const isForMasters = (field: GraphQLField<unknown, unknown>): boolean =>
  annotationsOf(field).some(({ kind }) => kind === 'masterOnly');

const ask = async (client: Client, place: Place, id: string): Promise<Answer> => {
  const { query: text, variables } = place.with(id);
  return client.send(text, variables, REQUEST);
};

/** Operations that are meant for deleted rows. */
const raises = ({ name }: Place): boolean => /^(restore\w+|purge|history|asOf|eraseHistory)\(/.test(name);

it('the suite finds every field and mutation that takes an id', () => {
  const names = places.map(({ name }) => name);
  for (const { names: resource } of resources) expect(names).toContain(`${resource.singular}(id)`);
  const mutations = Object.values(gatewaySchema.getMutationType()?.getFields() ?? {});
  for (const field of mutations.filter((one) => one.args.some(({ name }) => name === 'id')))
    expect(names).toContain(`${field.name}(id)`);
  expect(names).toContain('createAgent(input.toolIds.*)');
  expect(names).toContain('agents(filter.id.in.*)');
});

it('the suite misses no id that is nested deeper or of another type', () => {
  expect(hiddenIds(gatewaySchema)).toEqual([]);
  expect([...new Set(disguisedIds(gatewaySchema))]).toEqual(DISGUISED);
});

it('without a valid key, every field gives the same answer for any id', async () => {
  const secret = newSecret();
  const keys = [
    null,
    'no key at all',
    formatKey({ kind: 'account', keyId: newId(), secret }),
    formatKey({ kind: 'account', keyId: parseKey(tenants.acme.key)?.keyId ?? '', secret }),
    formatKey({ kind: 'master', keyId: parseKey(tenants.acme.key)?.keyId ?? '', secret }),
  ];
  const [row = ''] = own.get('Agent') ?? [];
  const refuse = async (place: Place, id: string): Promise<void> => {
    const [none, ...wrong] = await Promise.all(keys.map((key) => ask(tenants.client(key), place, id)));
    expect({ place: place.name, status: [none, ...wrong].map((answer) => answer?.status) }).toEqual({
      place: place.name,
      status: keys.map(() => 401),
    });
    expect(none?.text).toBe((await ask(tenants.client(null), place, RANDOM)).text);
    expect(new Set(wrong.map(({ text }) => text)).size).toBe(1);
  };
  // Refusals are delayed, so several run concurrently.
  for (let at = 0; at < places.length; at += AT_ONCE)
    await Promise.all(places.slice(at, at + AT_ONCE).flatMap((place) => [row, RANDOM].map((id) => refuse(place, id))));
}, 60_000);

it('an id of another account is answered like a missing id, and that account does not change', async () => {
  const before = await tenants.fingerprint(tenants.globex.accountId);
  const tables = await accountTables(tenants.database.superuserUrl);
  expect(Object.keys(before)).toEqual(tables.filter((table) => !COUNTERS.has(table)));
  const rows = [...foreign.values()].flatMap((ids) => ids.slice(0, 1));
  const others = [...rows, imports[1], accessChanges[1], tenants.globex.accountId];
  for (const place of places) {
    const expected = visible(await ask(tenants.acme, place, RANDOM));
    for (const id of [...others, ...(raises(place) ? [] : deleted), 'no-id', '', "' OR 1=1 --"]) {
      const answer = await ask(tenants.acme, place, id);
      expect({ place: place.name, id, answer: visible(answer) }).toEqual({ place: place.name, id, answer: expected });
    }
  }
  expect(await tenants.fingerprint(tenants.globex.accountId)).toEqual(before);
  const refused = places.filter(({ isMutation, name }) => isMutation && !name.includes('filter'));
  await expectDenials(new Set(refused.map(({ name }) => name.slice(0, name.indexOf('(')))));
}, 240_000);

/** Refusals are stored at intervals. */
async function expectDenials(fields: ReadonlySet<string>): Promise<void> {
  const recorded = async (): Promise<Set<string>> => {
    const rows = await query<{ field: string }>(
      tenants.database.superuserUrl,
      'SELECT DISTINCT field FROM audit_denial WHERE account_id = $1',
      [tenants.acme.accountId],
    );
    return new Set(rows.map(({ field }) => field));
  };
  const missing = async (): Promise<string[]> => {
    const found = await recorded();
    return [...fields].filter((field) => !found.has(field));
  };
  await eventually(async () => (await missing()).length === 0, 5_000).catch(() => undefined);
  expect(await missing()).toEqual([]);
}

it('a master key that names an account gets the same answers as a key of that account', async () => {
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
      const answer = await tenants.master.send(pinned, { ...variables, accountId: tenants.acme.accountId }, REQUEST);
      expect(answer.text).toBe((await ask(tenants.acme, place, RANDOM)).text);
    }
  }
}, 60_000);

it('accountId of another account is refused before anything happens, in every field that takes one', async () => {
  const fields = accountFields(gatewaySchema);
  expect(fields.length).toBeGreaterThan(2 * resources.length);
  const before = await tenants.fingerprint(tenants.globex.accountId);
  for (const field of fields) {
    const bodies = new Set<string>();
    for (const account of [tenants.globex.accountId, RANDOM, tenants.globex.accountId.toUpperCase()]) {
      const { query: text, variables } = inAccount(gatewaySchema, field, account, own, samples);
      const answer = await tenants.acme.send(text, variables, REQUEST);
      expect({ field: field.field.name, codes: answer.errors.map(({ extensions }) => extensions.code) }).toEqual({
        field: field.field.name,
        codes: [isForMasters(field.field) ? 'FORBIDDEN' : 'ACCOUNT_MISMATCH'],
      });
      bodies.add(answer.text.replaceAll(account, '<account>'));
    }
    expect(bodies.size).toBe(1);
  }
  expect(await tenants.fingerprint(tenants.globex.accountId)).toEqual(before);
}, 60_000);

it('no input type has a field for its own id or for an account', () => {
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

it('an id or accountId inside an input is refused, and the row with that id is unchanged', async () => {
  const [id = ''] = foreign.get('Tool') ?? [];
  const before = await tenants.fingerprint(tenants.globex.accountId);
  for (const intruder of [{ id }, { accountId: tenants.globex.accountId }, { deletedAt: null }, { version: 7 }]) {
    const create = await tenants.acme.send('mutation ($input: CreateToolInput!) { createTool(input: $input) { id } }', {
      input: { name: 'Intruder', ...intruder },
    });
    const update = await tenants.acme.send(
      'mutation ($id: ID!, $input: UpdateToolInput!) { updateTool(id: $id, input: $input) { id } }',
      { id: own.get('Tool')?.[0], input: intruder },
    );
    for (const { errors } of [create, update])
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  }
  expect(await tenants.fingerprint(tenants.globex.accountId)).toEqual(before);
  expect(await tenants.acme.ask('{ tools(filter: { name: { equals: "Intruder" } }) { totalCount } }')).toEqual({
    tools: { totalCount: 0 },
  });
});

it('a name that exists in another account can be used, for every resource', async () => {
  for (const resource of resources) {
    const { query: text, variables, read } = creation(resource, own, 'Foreign 0');
    expect(read(await tenants.acme.ask<Record<string, unknown>>(text, variables))).toMatch(/^[0-9a-f-]{36}$/);
  }
});

it('the suite uses every field correctly: an id of the account itself gets another answer', async () => {
  await tenants.master.ask('query ($id: ID) { tools(accountId: $id) { totalCount } }', { id: tenants.acme.accountId });
  const { accountAccess } = await tenants.acme.ask<{ accountAccess: { nodes: { id: string; keyId: string }[] } }>(
    '{ accountAccess(first: 1) { nodes { id keyId } } }',
  );
  const entries = accountAccess.nodes.flatMap(({ id, keyId }) => [id, keyId]);
  const ids = [...own.values()]
    .flat()
    .concat(deleted, imports[0], accessChanges[0], parseKey(tenants.acme.key)?.keyId ?? '', entries);
  const changes = (place: Place): number =>
    !place.isMutation
      ? 0
      : /^(create|update|start)/.test(place.name)
        ? 1
        : /^(restore|finish)/.test(place.name)
          ? 2
          : 3;
  const reachable = places.filter((place) => !isForMasters(fieldOf(place)));
  const dumb: string[] = [];
  for (const place of [...reachable].sort((left, right) => changes(left) - changes(right))) {
    const unknown = (await ask(tenants.acme, place, RANDOM)).text;
    let differs = false;
    for (const id of ids) differs ||= (await ask(tenants.acme, place, id)).text !== unknown;
    if (!differs) dumb.push(place.name);
  }
  process.stdout.write(`hostile: ${places.length} places for ids, ${reachable.length} with an answer of their own\n`);
  expect(dumb).toEqual(REFUSED);
}, 240_000);

function fieldOf({ name, isMutation }: Place): GraphQLField<unknown, unknown> {
  const root = isMutation ? gatewaySchema.getMutationType() : gatewaySchema.getQueryType();
  const field = root?.getFields()[name.slice(0, name.indexOf('('))];
  if (!field) throw new Error(`${name} is no field`);
  return field;
}
