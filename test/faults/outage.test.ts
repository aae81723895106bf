/**
 * PostgreSQL becomes unavailable during requests: they get UNAVAILABLE, the gateway recovers by itself, and the process
 * survives.
 */
import { randomBytes } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbedded, type EmbeddedPostgres } from '../../src/embedded-postgres/start-embedded';
import { migrate } from '../../src/db/setup/migrate';
import type { TestDatabase } from '../harness/database';
import { seed } from '../harness/factories';
import { createTwoTenants, type Answer, type Client, type TwoTenants } from '../harness/gateway';
import { eventually } from '../harness/eventually';
import { currentRun, newFolder } from '../harness/run';
import { query } from '../harness/sql';

const READ = '{ agents { totalCount nodes { name tools { name } } } }';
const CREATE = 'mutation ($name: String!) { createTool(input: { name: $name }) { id } }';
const SECONDS_TO_RECOVER = 10;

const strays: unknown[] = [];
const remember = (error: unknown): void => void strays.push(error);
beforeAll(() => {
  process.on('unhandledRejection', remember);
  process.on('uncaughtException', remember);
});
afterAll(() => {
  process.off('unhandledRejection', remember);
  process.off('uncaughtException', remember);
  expect(strays).toEqual([]);
});

/** Expects a complete answer, or UNAVAILABLE that says whether to retry, without any text of the database. */
function expectWholeOrUnavailable(answer: Answer): 'served' | 'unavailable' {
  expect(answer.text).not.toMatch(/terminat|administrator|ECONN|57P0|connection|postgres|127\.0\.0\.1|socket/i);
  if (answer.errors.length === 0) return 'served';
  for (const { extensions } of answer.errors) {
    const { requestId: _requestId, ...others } = extensions;
    expect(others).toEqual({ code: 'UNAVAILABLE', retry: expect.any(Boolean), retryAfterSeconds: 2 });
  }
  expect(answer.status).toBe(503);
  return 'unavailable';
}

async function untilServed(client: Client, text = READ): Promise<void> {
  const deadline = Date.now() + SECONDS_TO_RECOVER * 1_000;
  while (expectWholeOrUnavailable(await client.send(text)) !== 'served') {
    if (Date.now() > deadline) throw new Error('The gateway did not recover by itself');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Sends requests until told to stop. @returns the answers of every caller. */
function traffic(tenants: TwoTenants): { stop: () => Promise<Record<'served' | 'unavailable', number>> } {
  let running = true;
  const tally = { served: 0, unavailable: 0 };
  const loop = async (client: Client, number: number): Promise<void> => {
    for (let turn = 0; running; turn += 1) {
      const write = turn % 3 === 0;
      const name = `traffic ${number} ${turn} ${randomBytes(3).toString('hex')}`;
      tally[
        expectWholeOrUnavailable(
          write && client !== tenants.master ? await client.send(CREATE, { name }) : await client.send(READ),
        )
      ] += 1;
    }
  };
  const loops = [tenants.acme, tenants.globex, tenants.master, tenants.acme].map(loop);
  return {
    stop: async () => {
      running = false;
      await Promise.all(loops);
      return tally;
    },
  };
}

describe('terminated backends', () => {
  let tenants: TwoTenants;
  beforeAll(async () => {
    tenants = await createTwoTenants();
    await seed(tenants.acme, 'Own');
  }, 60_000);
  afterAll(() => tenants.close());

  const END = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename LIKE 'portcullis\\_%' AND usename NOT LIKE '%owner%'`;
  const endAll = async (): Promise<number> =>
    (await query(currentRun().superuserUrl, END, [tenants.database.name])).length;
  /** Terminates backends until none is left; each tells its client before it ends. */
  const endAllAndWait = async (): Promise<void> => {
    await eventually(async () => (await endAll()) === 0, 10_000);
    await new Promise((resolve) => setImmediate(resolve));
  };

  it('fail at most the requests in flight, and the next ones are served', async () => {
    const load = traffic(tenants);
    for (let round = 0; round < 10; round += 1) {
      await endAll();
      await untilServed(tenants.acme);
    }
    const { served } = await load.stop();
    expect(served).toBeGreaterThan(10);
    await untilServed(tenants.acme);
    expectWholeOrUnavailable(await tenants.master.send(READ));
  }, 60_000);

  it('fail no request if none was in flight: closed connections are not used', async () => {
    const readAll = (): Promise<string[]> =>
      Promise.all([1, 2, 3, 4].map(async () => expectWholeOrUnavailable(await tenants.acme.send(READ))));
    await readAll();
    await endAllAndWait();
    expect(new Set(await readAll())).toEqual(new Set(['served']));
  });

  it('and refused connections make every answer UNAVAILABLE and /readyz 503 until connections are accepted again', async () => {
    const allow = (allowed: boolean): Promise<unknown> =>
      query(currentRun().superuserUrl, `ALTER DATABASE ${tenants.database.name} ALLOW_CONNECTIONS ${allowed}`);
    const load = traffic(tenants);
    await allow(false);
    try {
      await endAllAndWait();
      for (const client of [tenants.acme, tenants.master]) {
        expect(expectWholeOrUnavailable(await client.send(READ))).toBe('unavailable');
        const { errors } = await client.send(READ);
        expect(errors.map(({ extensions }) => extensions['retry'])).toEqual(errors.map(() => true));
      }
      expect((await tenants.gateway.app.inject('/readyz')).statusCode).toBe(503);
      expect((await tenants.gateway.app.inject('/livez')).statusCode).toBe(200);
    } finally {
      await allow(true);
    }
    const { unavailable } = await load.stop();
    expect(unavailable).toBeGreaterThan(0);
    await untilServed(tenants.acme);
    await untilServed(tenants.master);
    expect((await tenants.gateway.app.inject('/readyz')).statusCode).toBe(200);
  }, 60_000);

  it('never store half a change: every answered id is stored, once', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `written ${index}`);
    const answers = await Promise.all(
      names.map(async (name, index) => {
        if (index % 20 === 10) await endAll();
        const answer = await tenants.acme.send<{ createTool?: { id: string } }>(CREATE, { name });
        return { name, outcome: expectWholeOrUnavailable(answer), retry: answer.errors[0]?.extensions['retry'] };
      }),
    );
    const stored = await query<{ name: string }>(
      tenants.database.superuserUrl,
      `SELECT name FROM tool WHERE name LIKE 'written%'`,
    );
    const found = new Set(stored.map(({ name }) => name));
    expect(found.size).toBe(stored.length);
    for (const { name, outcome, retry } of answers) {
      if (outcome === 'served') expect(found).toContain(name);
      // If the error said that a retry is safe, nothing may have been stored.
      if (retry === true) expect(found).not.toContain(name);
    }
  }, 60_000);
});

it('a restarted server is used again without a restart of the gateway', async () => {
  const folder = newFolder();
  await chmod(folder, 0o711);
  const start = (port?: number): Promise<EmbeddedPostgres> =>
    startEmbedded({
      dataDir: join(folder, 'data'),
      port,
      log: () => undefined,
      unsafeSettings: { fsync: 'off', max_connections: '40' },
    });
  let server = await start();
  try {
    const urls = await migrate(server.url, { DATA_DIR: join(folder, 'data') });
    const drop = (): Promise<void> => Promise.resolve();
    const database: TestDatabase = {
      name: 'portcullis',
      ownerUrl: server.url,
      superuserUrl: server.superuserUrl,
      ...urls,
      drop,
    };
    const tenants = await createTwoTenants({ database });
    try {
      await tenants.acme.ask(CREATE, { name: 'kept' });
      const load = traffic(tenants);
      await server.stop();
      const down = await Promise.all(
        [tenants.acme, tenants.globex, tenants.master, tenants.acme].map((client) => client.send(READ)),
      );
      expect(down.map(expectWholeOrUnavailable)).toEqual(['unavailable', 'unavailable', 'unavailable', 'unavailable']);
      expect((await tenants.gateway.app.inject('/readyz')).statusCode).toBe(503);
      await load.stop();
      server = await start(Number(new URL(server.url).port));
      await untilServed(tenants.acme);
      expect(await tenants.acme.ask('{ tools(filter: { name: { equals: "kept" } }) { totalCount } }')).toEqual({
        tools: { totalCount: 1 },
      });
      expect((await tenants.gateway.app.inject('/readyz')).statusCode).toBe(200);
    } finally {
      await tenants.gateway.close();
    }
  } finally {
    await server.stop();
  }
}, 90_000);
