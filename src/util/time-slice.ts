/** Long work in slices, between which other requests are served. */

const SLICE_MS = 10;

/** Work that waits for its next slice. One goes on in each turn of the event loop: many at once would be one long block. */
const waiting: (() => void)[] = [];

function resumeNext(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(resumeNext);
}

const nextSlice = (): Promise<void> =>
  new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(resumeNext);
  });

/** One for each piece of work; its first slice begins when it is made. */
export class TimeSlice {
  #start = performance.now();

  /** To be awaited between steps that are short themselves: lets others go first when the slice is used up. */
  async pause(): Promise<void> {
    if (performance.now() - this.#start < SLICE_MS) return;
    await nextSlice();
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
