/** Events are read in slices: whatever is done with thousands of them, other requests are served in between. */
import { newId } from '../db/ids';
import { readEvents } from './event-reader';

const EVENTS = 100;

it('other requests run between events, however many there are', async () => {
  const accountId = newId();
  const rows = Array.from({ length: EVENTS }, (_, index) => [accountId, index + 1]);
  let now = 0;
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => (now += 6));
  let others = 0;
  let isOver = false;
  const next = (): void => {
    others += 1;
    if (!isOver) setImmediate(next);
  };
  setImmediate(next);
  let read = 0;
  for await (const { sequence } of readEvents(async () => rows, accountId)) expect(sequence).toBe((read += 1));
  isOver = true;
  clock.mockRestore();
  expect(read).toBe(EVENTS);
  expect(others).toBeGreaterThan(EVENTS / 4);
});
