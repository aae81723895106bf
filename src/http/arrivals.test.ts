/** Requests that arrive at once begin in several turns of the event loop, by turns of their addresses. */
import { Arrivals, MAX_BEGUN_IN_A_TURN } from './arrivals';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('no more than a few requests begin in one turn of the event loop, and all do in the end', async () => {
  const arrivals = new Arrivals();
  let begun = 0;
  for (let index = 0; index < 100; index += 1) arrivals.add('a', () => (begun += 1));
  expect(begun).toBe(MAX_BEGUN_IN_A_TURN);
  for (let turns = 0; begun < 100; turns += 1) {
    const before = begun;
    await turn();
    expect(begun - before).toBeLessThanOrEqual(MAX_BEGUN_IN_A_TURN);
    expect(turns).toBeLessThan(20);
  }
});

it('the request of another address begins in the next turn, whatever one address has sent', async () => {
  const arrivals = new Arrivals();
  const begun: string[] = [];
  for (let index = 0; index < 1_000; index += 1) arrivals.add('many', () => void begun.push('many'));
  arrivals.add('one', () => void begun.push('one'));
  await turn();
  await turn();
  expect(begun.slice(0, MAX_BEGUN_IN_A_TURN + 2)).toContain('one');
});

it('a request that comes alone begins at once, in every turn', async () => {
  const arrivals = new Arrivals();
  for (let index = 0; index < 50; index += 1) {
    let hasBegun = false;
    arrivals.add('a', () => (hasBegun = true));
    expect(hasBegun).toBe(true);
    await turn();
  }
});
