/** The event loop is busy while it is working. */
import { eventually } from '../../test/harness/eventually';
import { loopBusyness } from './event-loop-load';

function workFor(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

it('a working event loop is busy, and a waiting one is not', async () => {
  const isBusy = loopBusyness();
  expect(isBusy()).toBe(false);
  workFor(150);
  expect(isBusy()).toBe(true);
  await eventually(async () => !isBusy(), 5_000);
});
