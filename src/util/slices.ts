/** Runs long work in slices, between which other requests are served. */
import { Turns } from './event-loop-turns';

const SLICE_MS = 5;

/** All long work in the process shares one slice per turn of the event loop. */
const slices = new Turns(SLICE_MS);

/** @returns null if the next (short) step of long work may start; otherwise a promise of its turn. */
export const nextSlice = (): Promise<void> | null => slices.next('');

/** Await before each (short) step of long work. Yields to others once the slice is used up. */
export async function giveWay(): Promise<void> {
  const wait = nextSlice();
  if (wait) await wait;
}

/** Same as `items.map(work)`. */
export async function mapInSlices<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) {
    await giveWay();
    results.push(work(item));
  }
  return results;
}
