/** Slices of long work leave turns of the event loop to everything else. */
import { TimeSlice } from './time-slice';

function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

it('of pieces of work that run at once, one goes on in each turn of the event loop', async () => {
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const piece = async (): Promise<void> => {
    const slice = new TimeSlice();
    for (let step = 0; step < 3; step += 1) {
      work(11);
      await slice.pause();
    }
  };
  await Promise.all(Array.from({ length: 10 }, piece));
  isOver = true;
  expect(turns).toBeGreaterThanOrEqual(25);
});
