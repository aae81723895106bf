/**
 * A key that is restricted to rows is isolated from other rows of its account as accounts are from each other: its
 * answers have the same bytes whether or not there are other rows, and an id outside its restriction gets the same
 * answer as one that never existed.
 */
import { randomBytes } from 'node:crypto';
import { resources } from '../../src/resources';
import { createKey } from '../access/keys';
import { copyDatabase, createDatabase, type TestDatabase } from '../harness/database';
import { gatewaySchema, seed, type SeededIds } from '../harness/factories';
import { startTestGateway, type Client, type TestGateway } from '../harness/gateway';
import { seedBulk } from '../harness/seed-bulk';
import { connected, fingerprint, withoutTriggers } from '../harness/sql';
import { idPlaces } from './id-places';
import {
  argumentOperations,
  argumentsOfRows,
  pathOperations,
  COUNTED,
  type Operation,
  type Samples,
} from './operations';
import { visible } from './paired-gateways';

const REQUEST = { 'x-request-id': 'the-same-in-both-worlds' };
const RANDOM = '01890000-0000-7000-8000-00000000abcd';
const AT_ONCE = 20;
const COPIES = 100;
const OWNED = ['agent', 'tool', 'mcp_server'];

let databases: TestDatabase[];
let gateways: TestGateway[];
let alone: Client;
let crowded: Client;
let accountId: string;
let own: SeededIds;
let foreign: SeededIds;
let samples: Samples;

/** Runs as superuser, bypassing all triggers. */
const arrange = (url: string, ...statements: [text: string, values: unknown[]][]): Promise<void> =>
  withoutTriggers(url, async (client) => {
    for (const [text, values] of statements) await client.query(text, values);
  });

const ownedBy = (team: string, ids: SeededIds): [string, unknown[]][] =>
  OWNED.map((table) => [
    `UPDATE ${table} SET metadata = jsonb_build_object('owner', jsonb_build_object('team', $1::text)) WHERE id = ANY ($2::uuid[])`,
    [team, [...ids.values()].flat()],
  ]);

beforeAll(async () => {
  const secret = randomBytes(32);
  const database = await createDatabase();
  const first = await startTestGateway({ database, secret });
  const acme = await first.createAccount('acme-dev');
  ({ accountId } = acme);
  own = await seed(acme, 'Own');
  const { key } = await createKey(first, acme, { role: 'CREATOR', ownerTeams: ['own'] });
  await first.close();
  await arrange(database.superuserUrl, ...ownedBy('own', own));
  const copy = await copyDatabase(database);
  databases = [database, copy];
  const second = await startTestGateway({ database: copy, secret });
  foreign = await seed(second.client(acme.key), 'Foreign');
  await seedBulk(copy.superuserUrl, accountId, COPIES);
  const [ownAgent, otherAgent] = [own.get('Agent')?.[0], foreign.get('Agent')?.[0]];
  const [ownTool, otherTool] = [own.get('Tool')?.[0], foreign.get('Tool')?.[0]];
  const isCopy = "id::text LIKE '00000000-%'";
  await arrange(
    copy.superuserUrl,
    ...ownedBy('foreign', foreign),
    ...OWNED.map((table): [string, unknown[]] => [
      `UPDATE ${table} SET metadata = '{"owner":{"team":"foreign"}}' WHERE ${isCopy}`,
      [],
    ]),
    [`UPDATE schedule SET agent_id = $1 WHERE ${isCopy}`, [otherAgent]],
    [`UPDATE run SET agent_id = $1, schedule_id = NULL WHERE ${isCopy}`, [otherAgent]],
    // Links from and to the rows that the key can see.
    ['INSERT INTO agent_tool VALUES ($1, $2, $4), ($1, $3, $5)', [accountId, ownAgent, otherAgent, otherTool, ownTool]],
    ['INSERT INTO agent_sub_agent VALUES ($1, $2, $3)', [accountId, otherAgent, ownAgent]],
  );
  const one = await startTestGateway({ database, secret });
  gateways = [one, second];
  alone = one.client(key);
  crowded = second.client(key);
  const firsts = (seeded: SeededIds): string[] => [...seeded.values()].flatMap((ids) => ids.slice(0, 1));
  samples = {
    ids: [...firsts(own), ...firsts(foreign), RANDOM, 'no-id'],
    texts: ['Own 0', 'own', 'Foreign 0', 'for', '%', '_'],
  };
}, 120_000);
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.close()));
  await Promise.all(databases.map((database) => database.drop()));
});

/** Both answers must have the same bytes. @returns the share that contained rows, among those that the key may send. */
async function compare(operations: readonly Operation[]): Promise<number> {
  let rows = 0;
  let permitted = 0;
  const steady = operations.filter(
    ({ name, query: text }) => !COUNTED.some((field) => name.startsWith(field)) && !/\busage \{/.test(text),
  );
  for (let start = 0; start < steady.length; start += AT_ONCE)
    await Promise.all(
      steady.slice(start, start + AT_ONCE).map(async ({ name, query: text, variables }) => {
        const [expected, answer] = await Promise.all([
          alone.send(text, variables, REQUEST),
          crowded.send(text, variables, REQUEST),
        ]);
        expect({ name, answer: visible(answer) }).toEqual({ name, answer: visible(expected) });
        if (answer.text.includes(accountId)) rows += 1;
        if (!answer.errors.some(({ extensions }) => extensions.code === 'FORBIDDEN')) permitted += 1;
      }),
    );
  return rows / permitted;
}

it('every type path answers the same bytes with other rows in the account and without', async () => {
  const arguments_ = argumentsOfRows(own);
  const others = argumentsOfRows(new Map([...foreign].map(([type, ids]) => [type, ids.slice(0, 1)])));
  const operations = pathOperations(
    gatewaySchema,
    samples,
    (field) => [...arguments_(field), ...others(field), { id: RANDOM }],
    3,
  );
  expect(await compare(operations)).toBeGreaterThan(1 / 20);
}, 240_000);

it('every argument, filter and order answers the same bytes', async () => {
  const operations = argumentOperations(gatewaySchema, samples);
  expect(await compare(operations)).toBeGreaterThan(1 / 10);
}, 240_000);

it('every id argument gives the same answer for a row outside the restriction as for one that never existed, and changes no such row', async () => {
  const ids = [...foreign.values()].flatMap((rows) => rows.slice(0, 1));
  const places = idPlaces(gatewaySchema, own, { ids: [RANDOM], texts: ['text'] });
  const before = await beyond();
  for (const place of places) {
    const ask = async (id: string): Promise<string> => {
      const { query: text, variables } = place.with(id);
      return visible(await crowded.send(text, variables, REQUEST));
    };
    const expected = await ask(RANDOM);
    for (const id of ids)
      expect({ place: place.name, id, answer: await ask(id) }).toEqual({ place: place.name, id, answer: expected });
  }
  expect(places.length).toBeGreaterThan(3 * resources.length);
  expect(await beyond()).toEqual(before);
}, 240_000);

/** Everything in the account that the key cannot see, as stored. */
async function beyond(): Promise<unknown> {
  const [, copy] = databases;
  if (!copy) throw new Error('There are two databases');
  return connected(copy.superuserUrl, async (client) => {
    const prints: unknown[] = [];
    for (const [table, condition] of [
      ...OWNED.map((each) => [each, "t.owner_team IS DISTINCT FROM 'own'"]),
      ...['schedule', 'run'].map((each) => [
        each,
        "t.agent_id IN (SELECT a.id FROM agent a WHERE a.owner_team IS DISTINCT FROM 'own')",
      ]),
      ['agent_tool', "t.tool_id IN (SELECT o.id FROM tool o WHERE o.owner_team IS DISTINCT FROM 'own')"],
    ])
      prints.push(
        (
          await client.query(
            `SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM ${table} t WHERE ${condition}`,
          )
        ).rows,
      );
    return prints;
  });
}

it('the compared gateways differ, and another account sees nothing of either', async () => {
  const [one, two] = databases;
  const prints = await Promise.all([one, two].map((database) => fingerprint(database?.superuserUrl ?? '', accountId)));
  expect(prints[0]).not.toEqual(prints[1]);
});
