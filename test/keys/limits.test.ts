/** Limits count cost per key and per address, guesses are delayed, and all invalid keys get the same answer. */
import { setTimeout as pause } from 'node:timers/promises';
import { Client as Postgres } from 'pg';
import { formatKey, newSecret, parseKey } from '../../src/auth/key-format';
import { newId } from '../../src/db/ids';
import { createTwoTenants, type Answer, type Client, type TwoTenants } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { query } from '../harness/sql';

const tenants = setupTwoTenants();
const { acme, globex, master } = tenants;

const HUNDRED = '{ agents(first: 100) { nodes { id } } }';
const ONE = '{ agents(first: 1) { nodes { id } } }';

const unknownKey = (): string => formatKey({ kind: 'account', keyId: newId(), secret: newSecret() });

async function limited(
  settings: Parameters<typeof createTwoTenants>[0],
  work: (other: TwoTenants) => Promise<void>,
): Promise<void> {
  const other = await createTwoTenants({ database: tenants.database, ...settings });
  try {
    await work(other);
  } finally {
    await other.close();
  }
}

function expectLimited(answer: Answer): void {
  expect(answer.status).toBe(429);
  const [error] = answer.errors;
  expect(error?.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) });
  expect(answer.headers['retry-after']).toBe(String(error?.extensions['retryAfterSeconds']));
}

describe.each(['memory', 'postgres'] as const)('limits counted in %s', (store) => {
  it('refuse a key that requested too much, by the cost of its requests, and no other key', async () => {
    await limited({ settings: { RATE_LIMIT_KEY: 250, RATE_LIMIT_STORE: store } }, async (other) => {
      const { acme, globex } = other;
      await acme.ask(HUNDRED);
      await acme.ask(HUNDRED);
      expectLimited(await acme.send(HUNDRED));
      await globex.ask(HUNDRED);
      for (let time = 0; time < 20; time += 1) await globex.ask(ONE);
    });
  });
});

describe('limits', () => {
  it('of an account count for all its keys: another key does not raise them', async () => {
    await limited({ settings: { RATE_LIMIT_ACCOUNT: 250 } }, async (other) => {
      const { acme, globex } = other;
      const made = await acme.ask<{ createApiKey: { secret: string } }>(
        'mutation { createApiKey(input: { name: "second", role: ADMINISTRATOR }) { secret } }',
      );
      await acme.ask(HUNDRED);
      const second = other.client(made.createApiKey.secret);
      await second.ask(HUNDRED);
      expectLimited(await second.send(HUNDRED));
      expectLimited(await acme.send(HUNDRED));
      await globex.ask(HUNDRED);
    });
  });

  it('of a key include the requests of the keys below it', async () => {
    await limited({ settings: { RATE_LIMIT_KEY: 100_000 } }, async ({ acme, globex, ...other }) => {
      const { createApiKey } = await acme.ask<{ createApiKey: { secret: string } }>(
        'mutation { createApiKey(input: { name: "parent", role: VIEWER, ratePerMinute: 250 }) { secret } }',
      );
      const parent = other.client(createApiKey.secret);
      const childOf = async (name: string): Promise<Client> => {
        const { delegateApiKey } = await parent.ask<{ delegateApiKey: { secret: string } }>(
          'mutation ($name: String!) { delegateApiKey(input: { name: $name, role: VIEWER }) { secret } }',
          { name },
        );
        return other.client(delegateApiKey.secret);
      };
      const [first, second] = [await childOf('first'), await childOf('second')];
      await first.ask(HUNDRED);
      await second.ask(HUNDRED);
      for (const key of [first, second, parent]) expectLimited(await key.send(HUNDRED));
      await acme.ask(HUNDRED);
      await globex.ask(HUNDRED);
    });
  });

  it('are reported in RateLimit headers', async () => {
    await limited({ settings: { RATE_LIMIT_KEY: 250, RATE_LIMIT_ACCOUNT: 1_000 } }, async ({ acme, master }) => {
      const { headers } = await acme.send(HUNDRED);
      expect(headers['ratelimit-policy']).toBe('"key";q=250;w=60, "account";q=1000;w=60');
      expect(headers['ratelimit']).toMatch(/^"key";r=149;t=\d+, "account";r=\d+;t=\d+$/);
      await acme.send(HUNDRED);
      const refused = await acme.send(HUNDRED);
      expectLimited(refused);
      expect(refused.headers['ratelimit']).toMatch(/^"key";r=0;t=\d+/);
      expect((await master.send(HUNDRED)).headers['ratelimit']).toMatch(/^"key";r=\d+;t=\d+$/);
    });
  });

  it('on refused requests stop a caller with many of them, and no other', async () => {
    await limited({ settings: { RATE_LIMIT_REFUSALS: 5 } }, async (other) => {
      const { acme, globex, gateway } = other;
      const malformed = () =>
        gateway.app.inject({
          method: 'POST',
          url: '/graphql',
          headers: { 'content-type': 'application/json', 'x-api-key': acme.key },
          payload: 'no JSON',
        });
      await acme.ask(ONE);
      for (let time = 0; time < 5; time += 1) expect((await malformed()).statusCode).toBe(400);
      expectLimited(await acme.send(ONE));
      await globex.ask(ONE);
      expect((await other.client(null).send('{ __typename }')).status).toBe(200);
    });
  });

  it('of an address count for all its keys', async () => {
    await limited({ settings: { RATE_LIMIT_ADDRESS: 400 } }, async ({ acme, globex }) => {
      await acme.ask(HUNDRED);
      await globex.ask(HUNDRED);
      expectLimited(
        await acme.send('{ a: agents(first: 100) { nodes { id } } b: agents(first: 100) { nodes { id } } }'),
      );
    });
  });

  it('in the database are one limit for two processes', async () => {
    const settings = { RATE_LIMIT_KEY: 250, RATE_LIMIT_STORE: 'postgres' } as const;
    await limited({ settings }, async (first) => {
      await limited({ settings }, async (second) => {
        await first.acme.ask(HUNDRED);
        await second.client(first.acme.key).ask(HUNDRED);
        expectLimited(await first.acme.send(HUNDRED));
      });
    });
  });

  it('are counted in memory if the shared store cannot be reached', async () => {
    await limited({ settings: { RATE_LIMIT_KEY: 250, RATE_LIMIT_STORE: 'postgres' } }, async (other) => {
      const superuser = new Postgres({ connectionString: tenants.database.superuserUrl });
      await superuser.connect();
      await superuser.query('ALTER TABLE rate_limit RENAME TO gone');
      try {
        await other.acme.ask(HUNDRED);
        await other.acme.ask(HUNDRED);
        expectLimited(await other.acme.send(HUNDRED));
      } finally {
        await superuser.query('ALTER TABLE gone RENAME TO rate_limit');
        await superuser.end();
      }
    });
  });
});

describe('an invalid key', () => {
  /** One of each kind, all with well-formed secrets. */
  async function badKeys(): Promise<Record<string, string>> {
    const make = async (): Promise<{ id: string; secret: string }> => {
      const made = await acme.ask<{ createApiKey: { apiKey: { id: string }; secret: string } }>(
        'mutation { createApiKey(input: { name: "bad", role: ADMINISTRATOR }) { apiKey { id } secret } }',
      );
      return { id: made.createApiKey.apiKey.id, secret: made.createApiKey.secret };
    };
    const [revoked, expired] = [await make(), await make()];
    await acme.ask('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id: revoked.id });
    await query(tenants.database.superuserUrl, 'UPDATE api_key SET expires_at = now() WHERE id = $1', [expired.id]);
    const good = acme.key;
    const { keyId = '' } = parseKey(good) ?? {};
    return {
      unknown: unknownKey(),
      'a wrong secret': formatKey({ kind: 'account', keyId, secret: newSecret() }),
      'an account key that calls itself master': formatKey({ kind: 'master', keyId, secret: good.split('_')[3] ?? '' }),
      revoked: revoked.secret,
      expired: expired.secret,
      truncated: good.slice(0, -5),
      'a wrong checksum': `${good.slice(0, -1)}${good.endsWith('0') ? '1' : '0'}`,
      'of another environment': good.replace('pcl_live', 'pcl_test'),
      empty: '',
    };
  }

  it('gets the same answer after the same time, for every kind of invalid key', async () => {
    const keys = await badKeys();
    await pause(50);
    const answers = new Set<string>();
    const medians: number[] = [];
    for (const key of Object.values(keys)) {
      const times: number[] = [];
      for (let time = 0; time < 9; time += 1) {
        const began = performance.now();
        const { status, text } = await tenants.client(key).send(ONE, {}, { 'x-request-id': 'the-same' });
        times.push(performance.now() - began);
        answers.add(`${status} ${text}`);
      }
      medians.push(times.sort((a, b) => a - b)[4] ?? 0);
    }
    expect(answers.size).toBe(1);
    // The time of the look-up is not visible: every refusal waits for the same moment.
    expect(Math.min(...medians)).toBeGreaterThan(20);
  });

  it('appears in no log, answer or table, and neither does a valid one', async () => {
    const { log, gateway, database } = tenants;
    const keys = [acme.key, globex.key, master.key, ...Object.values(await badKeys()).filter((key) => key !== '')];
    for (const key of keys) {
      const answers = [
        await tenants.client(key).send(ONE),
        await tenants.client(key).send('{ nothing }'),
        await tenants.client(null).send(ONE, {}, { authorization: `Bearer ${key}` }),
      ];
      const url = await gateway.app.inject({
        method: 'GET',
        url: `/graphql?key=${key}`,
        headers: { 'x-api-key': key },
      });
      for (const text of [...answers.map((answer) => answer.text), url.body]) expect(text).not.toContain(key);
    }
    await gateway.flushCounters();
    const secrets = keys.flatMap((key) => key.split('_').filter((part) => part.length === 43));
    const superuser = new Postgres({ connectionString: database.superuserUrl });
    await superuser.connect();
    const tables = await superuser.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
    );
    const texts = [JSON.stringify(log)];
    for (const { name } of tables.rows) {
      const dump = await superuser.query<{ text: string | null }>(
        `SELECT string_agg(t::text, ' ') AS text FROM "${name}" t`,
      );
      texts.push(dump.rows[0]?.text ?? '');
    }
    await superuser.end();
    expect(secrets.length).toBeGreaterThan(8);
    for (const text of texts) for (const secret of secrets) expect(text).not.toContain(secret);
  });
});
