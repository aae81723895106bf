/** Many callers, few connections: every answer contains only the caller's own rows. */
import { connect, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { DatabaseUnavailableError } from '../../src/db/database-errors';
import { newId } from '../../src/db/ids';
import { PipelineClient } from '../../src/db/pipeline/pipeline-client';
import { Tool } from '../../src/resources/tool/tool.entity';
import { seed, type SeededIds } from '../harness/factories';
import { createTwoTenants, type Answer, type Client, type TwoTenants } from '../harness/gateway';
import { scopeOfAccount } from '../harness/scope';
import { query } from '../harness/sql';

interface Row {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly tools: readonly { readonly id: string; readonly accountId: string }[];
}

interface Seen {
  readonly one: Row | null;
  readonly other: Row | null;
  readonly agents: { readonly totalCount: number; readonly nodes: readonly Row[] };
}

const READ = `query ($one: ID!, $other: ID!) {
  one: agent(id: $one) { ...Whole } other: agent(id: $other) { ...Whole } agents { totalCount nodes { ...Whole } }
} fragment Whole on Agent { id accountId name tools { id accountId } }`;

const AT_ONCE = 50;

/** Rounds for each pool size; TEST_ROUNDS=500 makes the thousand of docs/security.md, 3 minutes on two cores. */
const ROUNDS = Number(process.env['TEST_ROUNDS'] ?? 10);

describe.each([
  ['a pool of one', 1],
  ['a pool of four', 4],
])('with %s', (_what, poolSize) => {
  let tenants: TwoTenants;
  let own: SeededIds;
  let foreign: SeededIds;

  beforeAll(async () => {
    tenants = await createTwoTenants({ settings: { POOL_SIZE: poolSize } });
    foreign = await seed(tenants.globex, 'Same name');
    own = await seed(tenants.acme, 'Same name');
  }, 60_000);
  afterAll(() => tenants.close());

  const ids = (): { one: string; other: string } => ({
    one: own.get('Agent')?.[0] ?? '',
    other: foreign.get('Agent')?.[0] ?? '',
  });

  function expectOwn({ data, errors }: Answer<Seen>, accounts: readonly string[]): void {
    expect(errors).toEqual([]);
    const { one, other } = ids();
    expect([data.one?.id, data.other?.id]).toEqual([
      accounts.includes(tenants.acme.accountId) ? one : undefined,
      accounts.includes(tenants.globex.accountId) ? other : undefined,
    ]);
    expect(data.agents.totalCount).toBe(2 * accounts.length);
    const rows = [data.one, data.other, ...data.agents.nodes].filter((row) => row !== null);
    for (const row of rows) {
      expect(accounts).toContain(row.accountId);
      expect(row.tools.length).toBeGreaterThan(0);
      for (const tool of row.tools) expect(tool.accountId).toBe(row.accountId);
    }
  }

  it('fifty concurrent requests of two accounts and a master key for the same ids return their own rows only', async () => {
    const both = [tenants.globex.accountId, tenants.acme.accountId];
    const callers: [Client, string[]][] = [
      [tenants.acme, [tenants.acme.accountId]],
      [tenants.globex, [tenants.globex.accountId]],
      [tenants.master, both],
    ];
    const bodies = new Map<Client, Set<string>>(callers.map(([caller]) => [caller, new Set()]));
    const shuffled = fc.sample(fc.array(fc.nat(2), { minLength: AT_ONCE, maxLength: AT_ONCE }), {
      numRuns: ROUNDS,
      seed: 20_261_123,
    });
    for (const round of shuffled) {
      const asked = round.map((who) => callers[who] ?? callers[0]);
      const answers = await Promise.all(
        asked.map(async (who) => ({ who, answer: await who?.[0].send<Seen>(READ, ids()) })),
      );
      for (const { who, answer } of answers) if (who && answer) bodies.get(who[0])?.add(answer.text);
    }
    for (const [caller, accounts] of callers) {
      const texts = [...(bodies.get(caller) ?? [])];
      // All of a caller's thousands of answers had the same bytes, so checking one checks all.
      expect(texts).toHaveLength(1);
      expectOwn(await caller.send<Seen>(READ, ids()), accounts);
    }
  }, 600_000);

  it('a transaction that fails midway leaves nothing on its connection for the next caller', async () => {
    const [missing] = foreign.get('Tool') ?? [];
    const create =
      'mutation ($name: String!, $toolIds: [ID!]) { createAgent(input: { name: $name, type: LANGFLOW, toolIds: $toolIds }) { id } }';
    for (let round = 0; round < 16; round += 1) {
      const [caller, accounts] =
        round % 2 === 0
          ? ([tenants.acme, [tenants.acme.accountId]] as const)
          : ([tenants.globex, [tenants.globex.accountId]] as const);
      const [failed, taken, seen] = await Promise.all([
        caller.send(create, { name: `half ${round}`, toolIds: [round % 2 === 0 ? missing : own.get('Tool')?.[0]] }),
        caller.send(create, { name: 'Same name 0' }),
        (round % 2 === 0 ? tenants.globex : tenants.acme).send<Seen>(READ, ids()),
      ]);
      expect([failed, taken].map(({ errors }) => errors[0]?.extensions.code)).toEqual(['BAD_USER_INPUT', 'CONFLICT']);
      expectOwn(seen, round % 2 === 0 ? [tenants.globex.accountId] : [tenants.acme.accountId]);
      expectOwn(await caller.send<Seen>(READ, ids()), accounts);
    }
    const half = await query(tenants.database.superuserUrl, `SELECT 1 FROM agent WHERE name LIKE 'half%'`);
    expect(half).toEqual([]);
  }, 60_000);

  it('a burst of changes of one account delays another account only by a few of them', async () => {
    const change =
      'mutation ($id: ID!, $description: String) { updateAgent(id: $id, input: { description: $description }) { id } }';
    const order: string[] = [];
    const send = async (caller: Client, id: string, description: string): Promise<void> => {
      expect((await caller.send(change, { id, description })).errors).toEqual([]);
      order.push(description);
    };
    const { one, other } = ids();
    const burst = Array.from({ length: 60 }, (_, index) => send(tenants.acme, one, `burst ${index}`));
    await burst[0];
    await Promise.all([...burst, send(tenants.globex, other, 'alone')]);
    expect(order).toHaveLength(61);
    expect(order.indexOf('alone')).toBeLessThan(20);
  });

  it('work that throws and connections that break leave no open transaction and no account', async () => {
    const { database } = tenants.gateway;
    for (let round = 0; round < 8; round += 1) {
      const [mine, other] = round % 2 === 0 ? [tenants.acme, tenants.globex] : [tenants.globex, tenants.acme];
      const work = scopeOfAccount(database, mine.accountId).write(async (transaction) => {
        const { accountId } = mine;
        await transaction.insert(Tool, { id: newId(), accountId, name: `thrown ${round}`, type: 'CUSTOM' });
        if (round >= 4) await transaction.read({ text: 'SELECT pg_terminate_backend(pg_backend_pid())', values: [] });
        throw new Error('thrown midway');
      });
      await expect(work).rejects.toThrow(round >= 4 ? DatabaseUnavailableError : 'thrown midway');
      expect(await database.single('tenant', { text: 'SELECT count(*) FROM tool', values: [] })).toEqual([[0]]);
      expectOwn(await other.send<Seen>(READ, ids()), [other.accountId]);
    }
    expect(await query(tenants.database.superuserUrl, `SELECT 1 FROM tool WHERE name LIKE 'thrown%'`)).toEqual([]);
    const open = `SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND state LIKE 'idle in transaction%'`;
    expect(await query(tenants.database.superuserUrl, open, [tenants.database.name])).toEqual([]);
  }, 60_000);

  it('a transaction that cannot be rolled back closes its connection', async () => {
    const { database } = tenants.gateway;
    const { accountId } = tenants.acme;
    const batch = Object.getOwnPropertyDescriptor(PipelineClient.prototype, 'batch')?.value as PipelineClient['batch'];
    const spy = jest.spyOn(PipelineClient.prototype, 'batch').mockImplementation(function (
      this: PipelineClient,
      queries,
    ) {
      const isRollback = queries[0]?.text === 'ROLLBACK';
      return isRollback ? Promise.reject(new Error('Query read timeout')) : batch.call(this, queries);
    });
    const work = scopeOfAccount(database, accountId).write(async (transaction) => {
      await transaction.insert(Tool, { id: newId(), accountId, name: 'stuck', type: 'CUSTOM' });
      throw new Error('thrown midway');
    });
    await expect(work).rejects.toThrow('thrown midway');
    spy.mockRestore();
    for (let round = 0; round < poolSize + 1; round += 1) {
      expect(await database.single('tenant', { text: 'SELECT count(*) FROM tool', values: [] })).toEqual([[0]]);
    }
    expect(await query(tenants.database.superuserUrl, `SELECT 1 FROM tool WHERE name = 'stuck'`)).toEqual([]);
  });

  it('a master key and an account key in turn on one socket each see their own rows', async () => {
    const { app } = tenants.gateway;
    if (!app.server.listening) await app.listen({ port: 0, host: '127.0.0.1' });
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    try {
      const totals: unknown[] = [];
      for (const key of [
        tenants.master.key,
        tenants.acme.key,
        tenants.master.key,
        tenants.globex.key,
        tenants.acme.key,
        null,
      ]) {
        totals.push(await exchange(socket, key, '{ agents { totalCount } viewer { kind } }'));
      }
      expect(totals).toEqual([
        { agents: { totalCount: 4 }, viewer: { kind: 'MASTER' } },
        { agents: { totalCount: 2 }, viewer: { kind: 'ACCOUNT' } },
        { agents: { totalCount: 4 }, viewer: { kind: 'MASTER' } },
        { agents: { totalCount: 2 }, viewer: { kind: 'ACCOUNT' } },
        { agents: { totalCount: 2 }, viewer: { kind: 'ACCOUNT' } },
        null,
      ]);
    } finally {
      socket.destroy();
    }
  });
});

/** Sends one request on an open socket. @returns the answer's data. */
async function exchange(socket: Socket, key: string | null, text: string): Promise<unknown> {
  const body = JSON.stringify({ query: text });
  const header = key === null ? '' : `x-api-key: ${key}\r\n`;
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${header}content-length: ${body.length}\r\n\r\n${body}`,
  );
  let received = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    received += String(chunk);
    const [head = '', rest] = received.split('\r\n\r\n', 2);
    const [, length] = /content-length: (\d+)/i.exec(head) ?? [];
    if (rest !== undefined && rest.length >= Number(length))
      return (JSON.parse(rest) as { data?: unknown }).data ?? null;
  }
  throw new Error('The socket was closed');
}
