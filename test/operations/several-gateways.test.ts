/** Two gateway processes behind a load balancer that alternates between them behave like one. */
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import {
  startLoadBalancer,
  startGatewayProcess,
  type LoadBalancer,
  type GatewayProcess,
} from '../harness/gateway-processes';
import { eventually } from '../harness/eventually';
import { query } from '../harness/sql';

const KEY_LIMIT = 40;
const AT_ONCE = 4;

let tenants: TwoTenants;
let processes: GatewayProcess[];
let loadBalancer: LoadBalancer;

beforeAll(async () => {
  tenants = await createTwoTenants();
  const { database } = tenants;
  // The limit affects only this test's keys: others have a lower limit of their own, or send less.
  const settings = { RATE_LIMIT_STORE: 'postgres', RATE_LIMIT_KEY: 5_000 } as const;
  processes = await Promise.all([startGatewayProcess(database, settings), startGatewayProcess(database, settings)]);
  loadBalancer = await startLoadBalancer(processes);
}, 60_000);
afterAll(async () => {
  await loadBalancer.stop();
  await Promise.all(processes.map((each) => each.stop()));
  await tenants.close();
});

interface Said {
  readonly status: number;
  readonly text: string;
  readonly data: Record<string, unknown> | null;
  readonly code: string;
}

async function send(key: string, text: string, headers: Record<string, string> = {}): Promise<Said> {
  const answer = await fetch(`${loadBalancer.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key, 'x-reason': 'a test', ...headers },
    body: JSON.stringify({ query: text }),
  });
  const body = await answer.text();
  const { data, errors } = JSON.parse(body) as {
    data: Said['data'];
    errors?: { extensions: { code: string } }[];
  };
  return { status: answer.status, text: body, data, code: errors?.[0]?.extensions.code ?? 'OK' };
}

interface NewKey {
  readonly createApiKey: { readonly apiKey: { readonly id: string }; readonly secret: string };
}

const makeKey = async (input = ''): Promise<NewKey['createApiKey']> =>
  (
    await tenants.acme.ask<NewKey>(
      `mutation { createApiKey(input: { name: "several", role: ADMINISTRATOR${input} }) { apiKey { id } secret } }`,
    )
  ).createApiKey;

it('a key may send to both processes together what it may send to one', async () => {
  const { secret } = await makeKey(`, ratePerMinute: ${KEY_LIMIT}`);
  const codes: string[] = [];
  const before = [...loadBalancer.counts];
  const sender = async (): Promise<void> => {
    for (let round = 0; round < KEY_LIMIT / 2; round += 1) codes.push((await send(secret, '{ viewer { kind } }')).code);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  expect(codes.filter((code) => code === 'OK')).toHaveLength(KEY_LIMIT);
  expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(AT_ONCE * (KEY_LIMIT / 2) - KEY_LIMIT);
  for (const [place, count] of loadBalancer.counts.entries()) expect(count - (before[place] ?? 0)).toBe(KEY_LIMIT);
});

it('a change that is sent to both with one Idempotency-Key is stored once, and both give the same answer', async () => {
  for (let round = 0; round < 10; round += 1) {
    const text = `mutation { createTool(input: { name: "once ${round}" }) { id } }`;
    const repeat = (): Promise<Said> => send(tenants.acme.key, text, { 'idempotency-key': `several-${round}` });
    const together = await Promise.all([repeat(), repeat()]);
    // A request that arrives while the other one is in progress may be told to wait, but nothing else.
    for (const { code } of together) expect(['OK', 'CONFLICT']).toContain(code);
    const texts = new Set(
      [...together.filter(({ code }) => code === 'OK'), await repeat(), await repeat()].map((said) => said.text),
    );
    expect(texts.size).toBe(1);
  }
  const { data } = await send(tenants.acme.key, '{ tools(filter: { name: { startsWith: "once " } }) { totalCount } }');
  expect(data).toEqual({ tools: { totalCount: 10 } });
});

it('a list is paged across processes without a gap', async () => {
  const names: string[] = [];
  let after = 'null';
  for (let page = 0; page < 5; page += 1) {
    const { data } = await send(
      tenants.acme.key,
      `{ tools(first: 2, after: ${after}, filter: { name: { startsWith: "once " } }) { nodes { name } pageInfo { endCursor } } }`,
    );
    const { nodes, pageInfo } = (data as { tools: { nodes: { name: string }[]; pageInfo: { endCursor: string } } })
      .tools;
    names.push(...nodes.map(({ name }) => name));
    after = JSON.stringify(pageInfo.endCursor);
  }
  expect(names.sort()).toEqual(Array.from({ length: 10 }, (_, round) => `once ${round}`));
});

it('a revoked key is refused by every process, and stays refused', async () => {
  const { apiKey, secret } = await makeKey();
  for (let round = 0; round < 4; round += 1) expect((await send(secret, '{ viewer { kind } }')).code).toBe('OK');
  await send(tenants.acme.key, `mutation { revokeApiKey(id: "${apiKey.id}") { status } }`);
  const ask = async (): Promise<boolean> => (await send(secret, '{ viewer { kind } }')).status === 401;
  await eventually(async () => (await ask()) && (await ask()));
  for (let round = 0; round < 6; round += 1) expect(await ask()).toBe(true);
});

it('a due firing is returned once, no matter which dispatcher queries which process', async () => {
  const agent = 'createAgent(input: { name: "due", framework: LANGCHAIN, model: { provider: "p", name: "n" } }) { id }';
  const { data } = await send(tenants.acme.key, `mutation { ${agent} }`);
  const { id } = (data as { createAgent: { id: string } }).createAgent;
  for (let minute = 0; minute < 20; minute += 1)
    await send(
      tenants.acme.key,
      `mutation { createSchedule(input: { agentId: "${id}", cron: "${minute} 9 * * *", timezone: "Europe/Berlin" }) { id } }`,
    );
  const due = await query<{ id: string }>(
    tenants.database.superuserUrl,
    "UPDATE schedule SET next_run_at = now() - interval '1 minute' RETURNING id",
  );
  expect(due).toHaveLength(20);
  const handed: string[] = [];
  const dispatch = async (): Promise<void> => {
    for (let found = 1; found > 0;) {
      const claim = 'mutation { claimDueSchedules(limit: 3) { schedule { id } } }';
      const firings = (await send(tenants.master.key, claim)).data?.['claimDueSchedules'] as {
        schedule: { id: string };
      }[];
      found = firings.length;
      handed.push(...firings.map(({ schedule }) => schedule.id));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, dispatch));
  expect(handed.sort()).toEqual(due.map((row) => row.id).sort());
});
