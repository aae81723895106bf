/** A sample of generated delegation chains, used over HTTP: every key stays within the rights of the keys above it. */
import fc from 'fast-check';
import type { KeyRecord } from '../../src/auth/caller';
import { covers } from '../../src/auth/grants';
import { ROLES } from '../../src/auth/key-access';
import { parseKey } from '../../src/auth/key-format';
import { keyLookup } from '../../src/db/keys/key-lookup';
import { eventually } from '../harness/eventually';
import { gatewaySchema } from '../harness/factories';
import { newId } from '../../src/db/ids';
import { OPERATIONS, table } from './lines';
import { shapesOfField } from './shapes';
import { createTeams, type Teams } from './teams';
import { beyond, type Counts, type TimedAccess } from './within';

const LINES = Number(process.env['DELEGATION_SAMPLE'] ?? 1);
const DEPTH = 5;

/** An address from which every key of the sample works, and addresses from which only some do. */
const HOME = '10.1.2.3';
const PLACES = ['10.1.2.9', '10.1.9.9', '10.9.9.9', '203.0.113.9', '2001:db8::9'];
const NETWORKS = [null, ['0.0.0.0/0'], ['10.0.0.0/8'], ['10.1.0.0/16', '2001:db8::/32'], ['10.1.2.0/24'], [HOME]];
const LISTS = ['agents', 'tools', 'mcpServers', 'schedules', 'runs'];

let teams: Teams;
beforeAll(async () => {
  teams = await createTeams();
}, 60_000);
afterAll(() => teams.world.close());

interface Data {
  readonly nodes?: readonly { readonly id: string }[];
  readonly permissions?: readonly string[];
  readonly apiKey?: { readonly id: string };
  readonly secret?: string;
}

interface Reply {
  readonly data?: Record<string, Data | null> | null;
  readonly errors: readonly { readonly extensions: { readonly code: string; readonly missingPermissions?: unknown } }[];
}

async function send(key: string, query: string, variables: object = {}, address = HOME): Promise<Reply> {
  const answer = await teams.world.gateway.app.inject({
    method: 'POST',
    url: '/graphql',
    remoteAddress: address,
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    payload: JSON.stringify({ query, variables }),
  });
  return { errors: [], ...answer.json<Partial<Reply>>() };
}

/** Every root field that a role decides about, in operations that run none of them. */
const PROBES = OPERATIONS.filter(([path]) => /^(Query|Mutation)\./.test(path)).map(([path, needed]) => {
  const [root = '', name = ''] = path.split('.');
  const kind = root === 'Query' ? 'query' : 'mutation';
  const field = (kind === 'query' ? gatewaySchema.getQueryType() : gatewaySchema.getMutationType())?.getFields()[name];
  const shape = field && shapesOfField(kind, field, { ids: [newId()], texts: ['x'] }).find(isLeftOut);
  if (!shape) throw new Error(`${path} has no probe`);
  return { path, needed, shape };
});

function isLeftOut({ name }: { readonly name: string }): boolean {
  return name === 'left out by @include';
}

/** The behaviour of a key as seen from outside: operations, rows, and the addresses that it works from. */
async function seen(key: string): Promise<ReadonlySet<string>> {
  const may = new Set<string>();
  for (const { path, shape } of PROBES)
    if ((await send(key, shape.query, shape.variables)).errors.length === 0) may.add(path);
  for (const list of LISTS) {
    const { data } = await send(key, `{ ${list}(first: 100) { nodes { id } } }`);
    for (const { id } of data?.[list]?.nodes ?? []) may.add(id);
  }
  for (const place of PLACES)
    if ((await send(key, '{ viewer { role } }', {}, place)).errors.length === 0) may.add(place);
  return may;
}

async function accessOf(key: string): Promise<TimedAccess> {
  const lookUp = keyLookup(teams.world.gateway.database, table);
  const record: KeyRecord | null = await lookUp(parseKey(key)?.keyId ?? '');
  if (!record) throw new Error('The key was made before');
  return { ...record.access, endsInMs: record.endsAt === null ? null : record.endsAt - performance.now() };
}

interface Rights {
  readonly role: number;
  readonly resourceTypes: readonly string[] | null;
  readonly networks: number;
  readonly ownerTeams: readonly string[] | null;
  readonly expiresInDays: number;
  readonly ratePerMinute: number | null;
}

/** Rarely narrower, so that chains reach their depth. */
const rarely = <T>(narrower: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ arbitrary: fc.constant(null), weight: 3 }, { arbitrary: narrower, weight: 1 });

const subset = (values: readonly string[]): fc.Arbitrary<string[]> => fc.subarray([...values], { minLength: 1 });

/** The rights that a key with these rights may delegate. */
const narrower = ({ role, resourceTypes, networks, ownerTeams, expiresInDays }: Rights): fc.Arbitrary<Rights> =>
  fc.record({
    role: fc.constantFrom(role, role, role, Math.max(0, role - 1)),
    resourceTypes: rarely(subset(resourceTypes ?? LISTS)),
    networks: fc.integer({ min: networks, max: Math.min(networks + 1, NETWORKS.length - 1) }),
    ownerTeams: rarely(subset(ownerTeams ?? ['support', 'sales'])),
    expiresInDays: fc.integer({ min: Math.max(1, expiresInDays - 3), max: expiresInDays }),
    ratePerMinute: fc.option(fc.integer({ min: 100_000_000, max: 200_000_000 })),
  });

const ALL: Rights = {
  role: ROLES.length - 1,
  resourceTypes: null,
  networks: 0,
  ownerTeams: null,
  expiresInDays: 30,
  ratePerMinute: null,
};

const chain = (above: Rights, depth: number): fc.Arbitrary<Rights[]> =>
  depth === 0
    ? fc.constant([])
    : narrower(above).chain((rights) => chain(rights, depth - 1).map((rest) => [rights, ...rest]));

const inputOf = ({ role, networks, ...rights }: Rights): object => ({
  ...rights,
  name: 'sample',
  role: ROLES[role],
  networks: NETWORKS[networks],
});

interface MadeKey {
  readonly id: string;
  readonly key: string;
}

async function make(maker: string, field: 'createApiKey' | 'delegateApiKey', rights: Rights): Promise<MadeKey | null> {
  const { data, errors } = await send(
    maker,
    `mutation ($input: CreateApiKeyInput!) { made: ${field}(input: $input) { apiKey { id } secret } }`,
    { input: inputOf(rights) },
  );
  const made = data?.['made'];
  // A role is refused if it has no permission on any of the types that it would be restricted to.
  if (made?.apiKey && made.secret !== undefined) return { id: made.apiKey.id, key: made.secret };
  if (errors.every(({ extensions }) => !['BAD_USER_INPUT', 'FORBIDDEN'].includes(extensions.code)))
    throw new Error(`The key was not made: ${JSON.stringify(errors)}`);
  return null;
}

const expectWithin = (child: ReadonlySet<string>, parent: ReadonlySet<string>): void =>
  expect([...child].filter((what) => !parent.has(what))).toEqual([]);

it('every key of a chain can do what its computed access allows, and nothing that a key above it cannot', async () => {
  const counts: Counts = { asked: 0, allowed: 0, taken: 0 };
  let made = 0;
  for (const rights of fc.sample(chain(ALL, DEPTH + 1), LINES)) {
    const keys: MadeKey[] = [];
    for (const each of rights) {
      const maker = keys.at(-1);
      const next = maker
        ? await make(maker.key, 'delegateApiKey', each)
        : await make(teams.world.acme.key, 'createApiKey', each);
      if (next) keys.push(next);
    }
    made += keys.length;
    const profiles = await Promise.all(keys.map(({ key }) => seen(key)));
    const access = await Promise.all(keys.map(({ key }) => accessOf(key)));
    for (const [index, own] of access.entries()) {
      const allowed = PROBES.filter(({ needed }) => covers(own.grants, needed)).map(({ path }) => path);
      expect([...(profiles[index] ?? [])].filter((what) => /^(Query|Mutation)\./.test(what))).toEqual(allowed);
      for (let above = 0; above < index; above += 1) {
        expectWithin(profiles[index] ?? new Set(), profiles[above] ?? new Set());
        const upper = access[above];
        if (upper) expect(beyond(own, upper, counts)).toEqual([]);
      }
    }
    await narrowFirst(keys);
  }
  process.stdout.write(
    `delegation through HTTP: ${LINES} lines, ${made} keys, ${PROBES.length} operations each; ${counts.asked} questions of pairs, ${counts.allowed} allowed to both\n`,
  );
  expect(made).toBeGreaterThan(LINES * 2);
}, 120_000);

/** The first key of the chain becomes a VIEWER of agents, and the last key below it is at most that. */
async function narrowFirst(keys: readonly MadeKey[]): Promise<void> {
  const [first] = keys;
  const last = keys.at(-1);
  if (!first || !last) return;
  await teams.world.acme.ask(
    'mutation ($id: ID!) { updateApiKey(id: $id, input: { role: VIEWER, resourceTypes: ["agents"], networks: ["10.1.2.0/24"] }) { id } }',
    { id: first.id },
  );
  for (const { key } of keys)
    await eventually(async () => {
      const { data } = await send(key, '{ viewer { permissions } }');
      return data?.['viewer']?.permissions?.every((permission) => permission === 'agents:read') ?? false;
    });
  expectWithin(await seen(last.key), await seen(first.key));
}
