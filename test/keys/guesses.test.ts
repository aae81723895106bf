/** Invalid keys are delayed by address and by key id, charged to their sender, and never affect valid keys. */
import { BruteForceLimiter } from '../../src/auth/brute-force-limiter';
import { formatKey, newSecret } from '../../src/auth/key-format';
import { newId } from '../../src/db/ids';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';

const ONE = '{ agents(first: 1) { nodes { id } } }';
const unknownKey = (): string => formatKey({ kind: 'account', keyId: newId(), secret: newSecret() });

const tenants = setupTwoTenants();

/** A gateway that has not seen any key yet. */
async function withFreshGateway(
  settings: NonNullable<Parameters<typeof createTwoTenants>[0]>['settings'],
  work: (fresh: TwoTenants) => Promise<void>,
): Promise<void> {
  const fresh = await createTwoTenants({ database: tenants.database, ...(settings && { settings }) });
  try {
    await work(fresh);
  } finally {
    await fresh.close();
  }
}

it('a valid key that is not cached is accepted while invalid ones arrive from its address', async () => {
  await withFreshGateway({ RATE_LIMIT_FAILURES: 3, RATE_LIMIT_REFUSALS: 10 }, async (fresh) => {
    const bad = Array.from({ length: 40 }, async () => (await fresh.client(unknownKey()).send(ONE)).status);
    // Sent during the invalid ones, and again when they have used up every budget of the address.
    expect((await fresh.client(tenants.acme.key).send(ONE)).status).toBe(200);
    expect(new Set(await Promise.all(bad))).toEqual(new Set([401]));
    expect((await fresh.client(tenants.globex.key).send(ONE)).status).toBe(200);
    expect((await fresh.client(tenants.master.key).send(ONE)).status).toBe(200);
  });
});

it('an address with many invalid keys is also refused without a key once its budget is used up', async () => {
  await withFreshGateway({ RATE_LIMIT_REFUSALS: 3 }, async (fresh) => {
    const anonymous = fresh.client(null);
    expect((await anonymous.send('{ __typename }')).status).toBe(200);
    for (let time = 0; time < 3; time += 1) await fresh.client('no key').send(ONE);
    const refused = await anonymous.send('{ __typename }');
    expect([refused.status, refused.errors[0]?.extensions.code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });
});

it('a refusal beyond the limit is delayed, and a later one to another address is answered first', async () => {
  await withFreshGateway({ RATE_LIMIT_FAILURES: 1 }, async ({ gateway }) => {
    const headers = { 'x-api-key': 'no key', 'content-type': 'application/json' };
    const order: string[] = [];
    const refuse = async (remoteAddress: string): Promise<void> => {
      const { statusCode } = await gateway.app.inject({ method: 'POST', url: '/graphql', remoteAddress, headers });
      order.push(`${remoteAddress} ${statusCode}`);
    };
    for (let time = 0; time < 3; time += 1) await refuse('192.0.2.1');
    order.splice(0);
    await Promise.all([refuse('192.0.2.1'), refuse('192.0.2.2')]);
    expect(order).toEqual(['192.0.2.2 401', '192.0.2.1 401']);
  });
});

describe('the limiter', () => {
  const inTurn = { run: <T>(_owner: string, work: () => Promise<T>): Promise<T> => work() };
  const delays = (limiter: BruteForceLimiter, times: number, network: string, keyId: string | null): number[] =>
    Array.from({ length: times }, () => limiter.refused(network, keyId));

  it('delays refusals of an address beyond the limit, longer each time, up to two seconds', () => {
    const limiter = new BruteForceLimiter(3, inTurn);
    expect(delays(limiter, 6, 'a1', null)).toEqual([0, 0, 0, 100, 200, 300]);
    expect(delays(limiter, 30, 'a1', null).at(-1)).toBe(2_000);
    expect(limiter.refused('a2', null)).toBe(0);
  });

  it('delays refusals for a key id that many addresses guess', () => {
    const limiter = new BruteForceLimiter(3, inTurn);
    const guesses = Array.from({ length: 5 }, (_, index) => limiter.refused(`a${index}`, 'the same id'));
    expect(guesses).toEqual([0, 0, 0, 100, 200]);
    expect(limiter.refused('a9', 'another id')).toBe(0);
  });

  it('forgets after a minute, and delays nothing if the limit is 0', () => {
    let now = 0;
    const limiter = new BruteForceLimiter(1, inTurn, () => now);
    expect(delays(limiter, 2, 'a1', null)).toEqual([0, 100]);
    now += 60_000;
    expect(limiter.refused('a1', null)).toBe(0);
    expect(new Set(delays(new BruteForceLimiter(0, inTurn), 100, 'a1', null))).toEqual(new Set([0]));
  });
});

it('look-ups of unknown keys leave capacity for other addresses', async () => {
  let running = 0;
  let most = 0;
  await withFreshGateway({}, async (fresh) => {
    const { database } = fresh.gateway;
    const single = database.single.bind(database);
    const counted = jest.spyOn(database, 'single').mockImplementation(async (...args) => {
      most = Math.max(most, (running += 1));
      return single(...args).finally(() => (running -= 1));
    });
    await Promise.all(Array.from({ length: 60 }, () => fresh.client(unknownKey()).send(ONE)));
    expect(counted).toHaveBeenCalledTimes(60);
    expect(most).toBeLessThanOrEqual(4);
  });
});
