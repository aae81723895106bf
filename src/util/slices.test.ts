/** Long work yields the event loop to everything else, and to other owners' work. */
import { turnsWhile } from '../../test/harness/turns';
import { giveWay } from './slices';
import { Turns } from './event-loop-turns';

function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

it('of several long tasks, one slice runs in each turn of the event loop', async () => {
  const piece = async (): Promise<void> => {
    for (let step = 0; step < 3; step += 1) {
      work(11);
      await giveWay();
    }
  };
  const turns = await turnsWhile(() => Promise.all(Array.from({ length: 10 }, piece)));
  // The first pieces did not wait for a turn.
  expect(turns).toBeGreaterThanOrEqual(20);
});

it('short pieces that wait share a turn of the event loop', async () => {
  const turns = new Turns(10);
  const piece = async (name: string): Promise<void> => {
    for (let step = 0; step < 20; step += 1) {
      await turns.next(name);
      work(0.01);
    }
  };
  const both = async (): Promise<void> => {
    void turns.next('a');
    work(11);
    await Promise.all(['a', 'b'].map(piece));
  };
  // It would be forty if each waited for a turn of its own.
  expect(await turnsWhile(both)).toBeLessThan(20);
});

it('waiting work starts with owners in rotation', async () => {
  const turns = new Turns(1);
  const begun: string[] = [];
  const begin = async (name: string): Promise<void> => {
    const wait = turns.next(name.slice(0, 1));
    if (wait) await wait;
    begun.push(name);
    work(2);
  };
  await Promise.all(['a1', 'a2', 'a3', 'a4', 'b1', 'a5', 'c1', 'b2'].map(begin));
  expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4', 'a5']);
});
