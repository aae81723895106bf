/**
 * The stream of runs: starts and ends as they happen, for the key's own rows, in an order that concurrent writers
 * cannot break.
 */
import { createKey } from '../access/keys';
import { eventually } from '../harness/eventually';
import { createTwoTenants, type Client, type TwoTenants } from '../harness/gateway';
import { query } from '../harness/sql';
import { removeExpiredRows } from '../../src/db/stream/expired-rows';
import { EventSource } from './event-source';

const RUNS =
  'subscription ($accountId: ID, $after: Int, $filter: RunTransitionFilter) { runs(accountId: $accountId, after: $after, filter: $filter) { sequence accountId runId agentId status run { id status } } }';

let tenants: TwoTenants;
let address: string;
const opened: EventSource[] = [];

beforeAll(async () => {
  tenants = await createTwoTenants();
  address = await tenants.gateway.app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => {
  for (const source of opened.splice(0)) source.close();
});
afterAll(() => tenants.close());

async function open(key: string, variables: object = {}): Promise<EventSource> {
  const source = await EventSource.open(address, { key, query: RUNS, variables });
  opened.push(source);
  return source;
}

interface Transition {
  readonly sequence: number;
  readonly accountId: string;
  readonly runId: string;
  readonly agentId: string;
  readonly status: string;
}

const transitionsOf = (source: EventSource): Transition[] => source.events.map(({ runs }) => runs as Transition);

async function createAgent(client: Client, name: string, team: string): Promise<string> {
  const { createAgent: agent } = await client.ask<{ createAgent: { id: string } }>(
    'mutation ($input: CreateAgentInput!) { createAgent(input: $input) { id } }',
    {
      input: {
        name,
        framework: 'LANGCHAIN',
        model: { provider: 'p', name: 'n' },
        metadata: { owner: { team } },
      },
    },
  );
  return agent.id;
}

async function run(client: Client, agentId: string): Promise<string> {
  const { startRun } = await client.ask<{ startRun: { id: string } }>(
    'mutation ($id: ID!) { startRun(agentId: $id) { id } }',
    { id: agentId },
  );
  await client.ask('mutation ($id: ID!) { finishRun(id: $id, status: SUCCESS) { id } }', { id: startRun.id });
  return startRun.id;
}

it('an account receives the numbered starts and ends of its own runs', async () => {
  const { acme, globex } = tenants;
  const [own, foreign] = await Promise.all([createAgent(acme, 'own', 'a'), createAgent(globex, 'foreign', 'a')]);
  const source = await open(acme.key, { after: 0 });
  await run(globex, foreign);
  const id = await run(acme, own);
  await run(globex, foreign);
  await source.until(({ events }) => events.length === 2);
  expect(transitionsOf(source)).toEqual([
    { sequence: 1, accountId: acme.accountId, runId: id, agentId: own, status: 'STARTED', run: expect.any(Object) },
    {
      ...{ sequence: 2, accountId: acme.accountId, runId: id, agentId: own, status: 'SUCCESS' },
      run: { id, status: 'SUCCESS' },
    },
  ]);
  expect(source.sent.map(({ id: number }) => number)).toEqual(['1', '2']);
});

it('a filter by agent and status returns only matching runs, and nothing of another account', async () => {
  const { acme, globex } = tenants;
  const agent = await createAgent(acme, 'filtered', 'a');
  const foreign = await createAgent(globex, 'filtered', 'a');
  const filter = { agentId: { in: [agent, foreign] }, status: { equals: 'SUCCESS' } };
  const source = await open(acme.key, { after: 0, filter });
  await run(globex, foreign);
  const id = await run(acme, agent);
  await source.until(({ events }) => events.length === 1);
  expect(transitionsOf(source)).toMatchObject([{ runId: id, status: 'SUCCESS' }]);
});

it('a key that is restricted to rows gets the runs of its agents, and those of others once it may see them', async () => {
  const { acme } = tenants;
  const mine = await createAgent(acme, 'mine', 'mine');
  const theirs = await createAgent(acme, 'theirs', 'theirs');
  const key = await createKey(tenants, acme, { role: 'VIEWER', ownerTeams: ['mine'] });
  const source = await open(key.key, { after: 0 });
  const hidden = await run(acme, theirs);
  const shown = await run(acme, mine);
  await source.until(({ events }) => events.length === 2);
  expect(transitionsOf(source).map(({ runId }) => runId)).toEqual([shown, shown]);
  expect(source.text).not.toContain(hidden);
  const alarms = tenants.log.filter(({ alarm }) => alarm !== undefined);
  expect(alarms).toEqual([]);
  await acme.ask('mutation ($id: ID!, $input: UpdateApiKeyInput!) { updateApiKey(id: $id, input: $input) { id } }', {
    id: key.id,
    input: { ownerTeams: ['theirs'] },
  });
  // A list shows whether the change has taken effect.
  await eventually(async () => {
    const { runs } = await key.ask<{ runs: { nodes: { id: string }[] } }>('{ runs(first: 100) { nodes { id } } }');
    return runs.nodes.every(({ id }) => id !== shown);
  });
  const later = await run(acme, theirs);
  await run(acme, mine);
  await source.until(({ events }) => events.length === 4);
  expect(
    transitionsOf(source)
      .slice(2)
      .map(({ runId }) => runId),
  ).toEqual([later, later]);
});

it('numbers have no gaps and become visible in order, however many write', async () => {
  const { acme } = tenants;
  const agent = await createAgent(acme, 'busy', 'a');
  const source = await open(acme.key, { after: 0, filter: {} });
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let each = 0; each < 5; each += 1) await run(acme, agent);
    }),
  );
  const [{ count } = { count: 0 }] = await query<{ count: number }>(
    tenants.database.superuserUrl,
    'SELECT count(*)::int AS count FROM run_transition WHERE account_id = $1',
    [acme.accountId],
  );
  await source.until(({ events }) => events.length >= count);
  expect(transitionsOf(source).map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: count }, (_, index) => index + 1),
  );
});

it('expired transitions are removed, and a client that resumes before them gets the first remaining number', async () => {
  const { acme, gateway, database } = tenants;
  const agent = await createAgent(acme, 'old', 'a');
  await query(database.superuserUrl, "UPDATE run_transition SET at = now() - interval '8 days'");
  await run(acme, agent);
  await removeExpiredRows(gateway.database);
  const [{ first } = { first: 0 }] = await query<{ first: number }>(
    database.superuserUrl,
    'SELECT min(sequence)::int AS first FROM run_transition WHERE account_id = $1',
    [acme.accountId],
  );
  expect(first).toBeGreaterThan(1);
  const source = await open(acme.key, { after: 0 });
  await source.until(({ isOver }) => isOver);
  expect(source.sent[0]?.data?.errors).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT', firstSequence: first } },
  ]);
  const rest = await open(acme.key, { after: first - 1 });
  await rest.until(({ events }) => events.length === 2);
});
