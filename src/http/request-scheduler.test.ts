/** Requests that arrive together start in several turns of the event loop, with their addresses in rotation. */
import { RequestScheduler, MAX_BEGUN_IN_A_TURN, MAX_URGENT_IN_A_TURN } from './request-scheduler';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('only a few requests start in one turn of the event loop, and all of them eventually', async () => {
  const arrivals = new RequestScheduler();
  let begun = 0;
  for (let index = 0; index < 100; index += 1)
    arrivals.add(
      () => 'a',
      () => (begun += 1) > 0,
    );
  expect(begun).toBe(MAX_BEGUN_IN_A_TURN);
  for (let turns = 0; begun < 100; turns += 1) {
    const before = begun;
    await turn();
    expect(begun - before).toBeLessThanOrEqual(MAX_BEGUN_IN_A_TURN);
    expect(turns).toBeLessThan(20);
  }
});

it('the request of another address starts in the next turn, no matter how many one address has sent', async () => {
  const arrivals = new RequestScheduler();
  const begun: string[] = [];
  for (let index = 0; index < 1_000; index += 1)
    arrivals.add(
      () => 'many',
      () => begun.push('many') > 0,
    );
  arrivals.add(
    () => 'one',
    () => begun.push('one') > 0,
  );
  await turn();
  await turn();
  expect(begun.slice(0, MAX_BEGUN_IN_A_TURN + 2)).toContain('one');
});

it('a single request starts immediately, in every turn', async () => {
  const arrivals = new RequestScheduler();
  for (let index = 0; index < 50; index += 1) {
    let hasBegun = false;
    arrivals.add(
      () => 'a',
      () => (hasBegun = true),
    );
    expect(hasBegun).toBe(true);
    await turn();
  }
});

it('health checks start first in each turn, before waiting requests, and a few at a time', async () => {
  const arrivals = new RequestScheduler();
  const begun: string[] = [];
  for (let index = 0; index < 1_000; index += 1)
    arrivals.add(
      () => 'a',
      () => begun.push('request') > 0,
    );
  for (let index = 0; index < 10; index += 1)
    arrivals.add(
      () => 'a',
      () => begun.push('health') > 0,
      true,
    );
  expect(begun.slice(MAX_BEGUN_IN_A_TURN)).toEqual(Array(MAX_URGENT_IN_A_TURN).fill('health'));
  await turn();
  const next = begun.slice(MAX_BEGUN_IN_A_TURN + MAX_URGENT_IN_A_TURN);
  expect(next.slice(0, MAX_URGENT_IN_A_TURN + 1)).toEqual([...Array(MAX_URGENT_IN_A_TURN).fill('health'), 'request']);
});

it('requests that are refused cheaply do not take the places of others, and do not fill a turn either', async () => {
  const arrivals = new RequestScheduler();
  let [begun, refused] = [0, 0];
  for (let index = 0; index < 20; index += 1)
    arrivals.add(
      () => 'a',
      () => (begun += 1) > 0,
    );
  for (let index = 0; index < 300; index += 1)
    arrivals.add(
      () => 'a',
      () => (refused += 1) < 0,
    );
  await turn();
  await turn();
  await turn();
  expect(begun).toBe(20);
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThan(300);
  for (let turns = 0; refused < 300 && turns < 30; turns += 1) await turn();
  expect(refused).toBe(300);
});

it('while other requests wait for their turn, no request is examined before them', async () => {
  const arrivals = new RequestScheduler();
  expect(arrivals.sees(0)).toBe(true);
  for (let index = 0; index <= MAX_BEGUN_IN_A_TURN; index += 1)
    arrivals.add(
      () => 'a',
      () => true,
    );
  expect(arrivals.sees(0)).toBe(false);
  await turn();
  expect(arrivals.sees(0)).toBe(true);
});

function seenBy(arrivals: RequestScheduler, bodyBytes: number): number {
  let count = 0;
  while (count < 1_000 && arrivals.sees(bodyBytes)) count += 1;
  return count;
}

it('fewer requests with large bodies are examined in one turn, but always at least one', () => {
  const small = seenBy(new RequestScheduler(), 100);
  const large = seenBy(new RequestScheduler(), 30_000);
  expect(large).toBeGreaterThan(1);
  expect(large).toBeLessThan(small / 10);
  expect(seenBy(new RequestScheduler(), 2_000_000)).toBe(1);
});

it('a limited number of requests is examined in one turn', async () => {
  const arrivals = new RequestScheduler();
  const first = seenBy(arrivals, 0);
  expect(first).toBeLessThan(1_000);
  expect(seenBy(arrivals, 0)).toBe(0);
  await turn();
  expect(seenBy(arrivals, 0)).toBe(first);
});
