/** How many refusals are sent at a time, and in which order. */
import { MAX_OF_MANY_IN_TICK, MAX_REFUSALS_IN_TICK, RefusalPace } from './refusal-pace';

const TICK_MS = 10;

let pace: RefusalPace;
let written: number[] = [];

const add = (count: number): void => {
  for (let index = 0; index < count; index += 1) pace.add('caller', () => written.push(index));
};
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

beforeEach(() => {
  jest.useFakeTimers();
  pace = new RefusalPace();
  written = [];
});
afterEach(() => void jest.useRealTimers());

test('a few are sent at once', () => {
  add(MAX_REFUSALS_IN_TICK);
  expect(written).toEqual(upTo(MAX_REFUSALS_IN_TICK));
});

test('more are sent at a limited rate, in order', () => {
  add(3 * MAX_REFUSALS_IN_TICK);
  expect(written.length).toBe(MAX_REFUSALS_IN_TICK);
  jest.advanceTimersByTime(TICK_MS);
  expect(written.length).toBe(2 * MAX_REFUSALS_IN_TICK);
  jest.advanceTimersByTime(TICK_MS);
  expect(written).toEqual(upTo(3 * MAX_REFUSALS_IN_TICK));
});

test('refusals that are added while others wait are written after them', () => {
  add(MAX_REFUSALS_IN_TICK + 1);
  jest.advanceTimersByTime(TICK_MS);
  pace.add('caller', () => written.push(-1));
  expect(written.slice(-2)).toEqual([MAX_REFUSALS_IN_TICK, -1]);
});

test('the refusal of another caller is sent with the next ones, however many wait', () => {
  add(20 * MAX_REFUSALS_IN_TICK);
  pace.add('another', () => written.push(-1));
  jest.advanceTimersByTime(TICK_MS);
  expect(written.slice(MAX_REFUSALS_IN_TICK)).toContain(-1);
});

test('if very many wait, fewer are sent, so that more requests are served', () => {
  add(20 * MAX_REFUSALS_IN_TICK);
  jest.advanceTimersByTime(TICK_MS);
  expect(written.length).toBe(MAX_REFUSALS_IN_TICK + MAX_OF_MANY_IN_TICK);
  jest.advanceTimersByTime(100 * TICK_MS);
  expect(written).toEqual(upTo(20 * MAX_REFUSALS_IN_TICK));
});

test('after a pause, as many are sent at once as before', () => {
  add(2 * MAX_REFUSALS_IN_TICK);
  jest.advanceTimersByTime(3 * TICK_MS);
  written = [];
  add(MAX_REFUSALS_IN_TICK);
  expect(written.length).toBe(MAX_REFUSALS_IN_TICK);
});

test('all are sent when the gateway shuts down, and later ones at once', () => {
  add(20 * MAX_REFUSALS_IN_TICK);
  pace.stop();
  expect(written.length).toBe(20 * MAX_REFUSALS_IN_TICK);
  pace.add('caller', () => written.push(-1));
  expect(written.at(-1)).toBe(-1);
});
