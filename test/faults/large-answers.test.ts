/**
 * Rows may be large and appear many times: no operation makes the gateway hold or send more than an answer may have.
 */
import { PipelineClient } from '../../src/db/pipeline/pipeline-client';
import { Turns } from '../../src/util/event-loop-turns';
import { eventually } from '../harness/eventually';
import { createTwoTenants, type Answer, type Tenant } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { connected } from '../harness/sql';

const ROWS = 100;
const WIDE = 'x'.repeat(60_000);
const CREATE = 'mutation ($input: CreateAgentInput!) { createAgent(input: $input) { id } }';

const ids: string[] = [];

async function createLarge(tenant: Tenant, number: number, subAgentIds: readonly string[]): Promise<string> {
  const large = { instruction: 'y'.repeat(100_000), config: { WIDE }, toolConfigs: { WIDE } };
  const input = { name: `large ${number}`, type: 'LANGFLOW', ...large, subAgentIds };
  return (await tenant.ask<{ createAgent: { id: string } }>(CREATE, { input })).createAgent.id;
}

const tenants = setupTwoTenants();

beforeAll(async () => {
  for (let number = 0; number < ROWS; number += 1)
    ids.push(await createLarge(tenants.acme, number, number < ROWS / 2 ? [] : ids.slice(0, ROWS / 2)));
}, 90_000);

/** The statements that are sent to the database in the meantime. */
async function statementsWhile(work: () => Promise<void>): Promise<string[]> {
  const batch = jest.spyOn(PipelineClient.prototype, 'batch');
  try {
    await work();
    return batch.mock.calls.flatMap(([queries]) => queries.map(({ text }) => text));
  } finally {
    batch.mockRestore();
  }
}

const LARGE = 'instruction config toolConfigs';
const outcome = ({ status, errors }: Answer): unknown[] => [
  status,
  ...errors.map(({ extensions: { code, limit } }) => ({ code, limit })),
];
const TOO_LARGE = [400, { code: 'QUERY_TOO_COMPLEX', limit: 'answer' }];

it.each([
  ['one page', `{ agents(first: 100) { nodes { ${LARGE} } } }`],
  [
    'pages side by side',
    `{ ${['a', 'b', 'c', 'd'].map((a) => `${a}: agents(first: 25) { nodes { ${LARGE} } }`).join(' ')} }`,
  ],
  ['nested rows', `{ agents(first: 100) { nodes { id subAgents { ${LARGE} } } } }`],
])(
  '%s of large rows is refused with an explanation before all rows are read, and the next caller is served',
  async (_what, text) => {
    const answers = await Promise.all(Array.from({ length: 4 }, () => tenants.acme.send(text)));
    for (const answer of answers) expect(outcome(answer)).toEqual(TOO_LARGE);
    expect(await tenants.acme.ask('{ agents(first: 1) { totalCount } }')).toEqual({ agents: { totalCount: ROWS } });
    expect(await tenants.globex.ask('{ agents { totalCount } }')).toEqual({ agents: { totalCount: 0 } });
  },
);

it('an answer that repeats one large row is refused before it is serialized, each time', async () => {
  const start = 'mutation ($id: ID!) { startRun(agentId: $id) { id } }';
  for (let run = 0; run < ROWS; run += 1) await tenants.acme.ask(start, { id: ids[0] });
  for (let run = 0; run < 3; run += 1) {
    const answer = await tenants.acme.send(`{ runs(first: 100) { nodes { agent { ${LARGE} } } } }`);
    expect(outcome(answer)).toEqual(TOO_LARGE);
    expect(answer.text.length).toBeLessThan(1_000);
  }
});

it('operations of one account start a few at a time, because each holds the rows that it has read', async () => {
  const POOL_SIZE = 2;
  const few = await createTwoTenants({ database: tenants.database, settings: { POOL_SIZE } });
  const acme = few.client(tenants.acme.key);
  const nested = () => acme.send('{ agents(first: 20) { nodes { instruction tools { id } } } }');
  try {
    expect(outcome(await nested())).toEqual([200]);
    let answers: Promise<Answer[]> = Promise.resolve([]);
    const sent = await statementsWhile(async () => {
      await connected(tenants.database.superuserUrl, async (client) => {
        await client.query('BEGIN; LOCK TABLE agent_tool IN ACCESS EXCLUSIVE MODE');
        answers = Promise.all(Array.from({ length: 12 }, nested));
        const waits = `SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'agent_tool'::regclass`;
        await eventually(async () => (await client.query(waits)).rows.length > 0, 10_000);
      });
    });
    const begun = sent.filter((text) => text.includes('"instruction"')).length;
    expect(begun).toBeGreaterThan(0);
    expect(begun).toBeLessThan(2 * POOL_SIZE);
    for (const answer of await answers) expect(outcome(answer)).toEqual([200]);
  } finally {
    await few.close();
  }
}, 60_000);

it('an answer within the limit is complete', async () => {
  const { agents } = await tenants.acme.ask<{ agents: { nodes: { instruction: string }[] } }>(
    `{ agents(first: 50) { nodes { ${LARGE} } } }`,
  );
  expect(agents.nodes).toHaveLength(50);
});

it('the audit log of large rows is verified completely', async () => {
  const { verifyAudit } = await tenants.acme.ask<{ verifyAudit: { checked: number } }>(
    '{ verifyAudit { intact complete checked } }',
  );
  expect(verifyAudit).toMatchObject({ intact: true, complete: true });
  expect(verifyAudit.checked).toBeGreaterThan(ROWS);
});

it('one operation verifies the audit log at most once', async () => {
  const check = 'verifyAudit { intact complete checked lastSequence accountId fault message }';
  expect((await tenants.acme.send(`{ ${check} }`)).errors).toEqual([]);
  expect(outcome(await tenants.acme.send(`{ a: ${check} b: ${check} }`))).toEqual([
    400,
    { code: 'QUERY_TOO_COMPLEX', limit: 'cost' },
  ]);
});

it.each(['POST', 'GET'] as const)('a large answer to %s is written in slices, with the same values', async (method) => {
  const text = `{ agents(first: 20) { nodes { name ${LARGE} } } }`;
  const { data } = await tenants.acme.send(text);
  const pause = jest.spyOn(Turns.prototype, 'next');
  const answer = await tenants.gateway.app.inject({
    method,
    url: method === 'GET' ? `/graphql?${new URLSearchParams({ query: text }).toString()}` : '/graphql',
    headers: { 'x-api-key': tenants.acme.key, 'apollo-require-preflight': 'true' },
    ...(method === 'POST' && { payload: { query: text } }),
  });
  const slices = pause.mock.calls.length;
  pause.mockRestore();
  expect(answer.body).toMatch(/^\{"data":.*\}\n$/s);
  expect(answer.json()).toEqual({ data });
  // Each slice contains at most a few texts.
  expect(slices).toBeGreaterThanOrEqual(20);
});
