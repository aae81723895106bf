/** Long work in slices, between which other requests are served. */
import { setImmediate } from 'node:timers/promises';

const SLICE_MS = 10;

/** One for each piece of work; its first slice begins when it is made. */
export class TimeSlice {
  #start = performance.now();

  /** To be awaited between steps that are short themselves: lets others go first when the slice is used up. */
  async pause(): Promise<void> {
    if (performance.now() - this.#start < SLICE_MS) return;
    await setImmediate();
    this.#start = performance.now();
  }
}

/** The same as `items.map(work)`. */
export async function mapInSlices<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item) => Result,
): Promise<Result[]> {
  const slice = new TimeSlice();
  const results: Result[] = [];
  for (const item of items) {
    await slice.pause();
    results.push(work(item));
  }
  return results;
}
