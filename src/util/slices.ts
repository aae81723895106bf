/** Long work in slices, between which other requests are served. */
import { Turns } from './turns';

const SLICE_MS = 10;

/** All long work of the process together has one slice in each turn of the event loop. */
const slices = new Turns(SLICE_MS);

/** To be awaited before each step of long work; steps are short themselves. Lets others go first when the slice is used up. */
export async function giveWay(): Promise<void> {
  const wait = slices.next('');
  if (wait) await wait;
}

/** The same as `items.map(work)`. */
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
