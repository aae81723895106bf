/** A pool's connections are shared fairly between accounts, whatever order their work arrives in. */
import fc from 'fast-check';
import { FairSemaphore, type FairSemaphoreOptions } from './fair-semaphore';

const options = (count: number): FairSemaphoreOptions => ({
  capacity: count,
  maxWaitMs: 5_000,
  refusal: () => new Error('Nothing came free'),
});

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('a semaphore never exceeds its capacity, leaves a fifth to other accounts, and serves every request', async () => {
  const accounts = fc.array(fc.constantFrom('A', 'B', 'C'), { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), accounts, async (connections, callers) => {
      const semaphore = new FairSemaphore(options(connections));
      const most = Math.max(1, connections - Math.ceil(connections / 5));
      const holding: string[] = [];
      let served = 0;
      const all = callers.map(async (account) => {
        await semaphore.acquire(account);
        holding.push(account);
        served += 1;
      });
      while (served < callers.length || holding.length > 0) {
        await settle();
        expect(holding.length).toBeLessThanOrEqual(connections);
        for (const one of ['A', 'B', 'C'])
          expect(holding.filter((account) => account === one).length).toBeLessThanOrEqual(most);
        const [account] = holding.splice(0, 1);
        if (account === undefined) throw new Error('Nobody has a turn, and some still wait');
        semaphore.release(account);
      }
      await Promise.all(all);
    }),
  );
});

it('a request of another account is served before the queue of a busy account', async () => {
  const semaphore = new FairSemaphore(options(1));
  const order: string[] = [];
  const run = async (account: string): Promise<void> => {
    await semaphore.acquire(account);
    order.push(account);
    await settle();
    semaphore.release(account);
  };
  await Promise.all([...Array.from({ length: 20 }, () => run('A')), run('B'), run('C')]);
  expect(order.slice(0, 5)).toEqual(['A', 'A', 'B', 'C', 'A']);
  expect(order).toHaveLength(22);
});

it('a request that waits longer than the limit is refused and leaves the queue', async () => {
  jest.useFakeTimers();
  try {
    const semaphore = new FairSemaphore(options(1));
    await semaphore.acquire('A');
    const waiting = expect(semaphore.acquire('B')).rejects.toThrow('Nothing came free');
    jest.advanceTimersByTime(5_001);
    await waiting;
    semaphore.release('A');
    await semaphore.acquire('C');
  } finally {
    jest.useRealTimers();
  }
});

it('a request beyond the queue limit of its account is refused at once, and other accounts are not', async () => {
  const semaphore = new FairSemaphore({ ...options(1), maxQueued: 1 });
  await semaphore.acquire('A');
  const second = semaphore.acquire('A');
  await expect(semaphore.acquire('A')).rejects.toThrow('Nothing came free');
  const other = semaphore.acquire('B');
  semaphore.release('A');
  await second;
  semaphore.release('A');
  await other;
});
