/** Events are read in slices, so that processing thousands of them does not block other requests. */
import { turnsWhile } from '../../test/harness/turns';
import { newId } from '../db/ids';
import { readEvents } from './event-reader';

const EVENTS = 100;

it('other requests run between events, however many there are', async () => {
  const accountId = newId();
  const rows = Array.from({ length: EVENTS }, (_, index) => [accountId, index + 1]);
  let now = 0;
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => (now += 6));
  let read = 0;
  const others = await turnsWhile(async () => {
    for await (const { sequence } of readEvents(async () => rows, accountId)) expect(sequence).toBe((read += 1));
  });
  clock.mockRestore();
  expect(read).toBe(EVENTS);
  expect(others).toBeGreaterThan(EVENTS / 4);
});
