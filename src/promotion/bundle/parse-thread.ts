/** Parses bundles without blocking other requests: anything but a small text is parsed in another thread. */
import { FairSemaphore } from '../../db/fair-semaphore';
import { badInput, GatewayError } from '../../errors';
import { runInThread, serveThread, ThreadExhausted } from '../../util/thread';
import { parseYaml, refuseLarge, type Parsed, type Path } from './parse-yaml';

/** Up to this length, parsing takes less time than starting a thread. */
const SMALL = 8 * 1024;
/** The worst text takes a few seconds; the rest allows for a busy machine. */
const LIMITS = { maxMs: 30_000, megabytes: 512 };

/** A parsed text: its value, and the place of everything in it. */
export class ReadText {
  readonly value: unknown;
  readonly #lines: Parsed['lines'];
  /** Each value's index in `lines`, by its containing object or list and its key. */
  #places: Map<object, Map<string, number>> | undefined;

  constructor({ value, lines }: Parsed) {
    this.value = value;
    this.#lines = lines;
  }

  /** Starts at 1; the line of the nearest container when there is nothing at the path. */
  lineOf(path: Path): number {
    const places = (this.#places ??= placesOf(this.value));
    let [value, place] = [this.value, 0];
    for (const step of path) {
      const next = typeof value === 'object' && value !== null ? places.get(value)?.get(String(step)) : undefined;
      if (next === undefined) break;
      value = Object.getOwnPropertyDescriptor(value, step)?.value;
      place = next;
    }
    return this.#lines[place] ?? 1;
  }
}

function placesOf(root: unknown): Map<object, Map<string, number>> {
  const places = new Map<object, Map<string, number>>();
  let count = 0;
  const visit = (value: unknown): void => {
    count += 1;
    if (typeof value !== 'object' || value === null) return;
    const own = new Map<string, number>();
    places.set(value, own);
    for (const [key, inner] of Object.entries(value)) {
      own.set(key, count);
      visit(inner);
    }
  };
  visit(root);
  return places;
}

async function parseElsewhere(text: string): Promise<Parsed> {
  try {
    return (await runInThread(__filename, text, LIMITS)) as Parsed;
  } catch (error) {
    if (!(error instanceof ThreadExhausted)) throw error;
    throw badInput(['bundle'], 'The bundle takes too long to parse. Split it into several.');
  }
}

/**
 * One at a time, so that texts sent at once take no more memory and cores than one; account by account, so that no
 * account waits for all of another's.
 */
export const bundleQueue = new FairSemaphore({
  capacity: 1,
  maxWaitMs: LIMITS.maxMs,
  maxQueued: 4,
  refusal: () =>
    new GatewayError(
      'RATE_LIMITED',
      'Too many bundles of this account are waiting to be parsed. Send the next one after the last one is answered.',
      { retryAfterSeconds: 5 },
    ),
});

/**
 * Parses YAML 1.2, of which JSON is a subset.
 * @param accountId the account of the text: accounts take turns.
 * @throws GatewayError BAD_USER_INPUT as parseYaml does, and for a text that takes too long to parse; RATE_LIMITED if
 *   more than four texts of the account are waiting, or one has waited for half a minute.
 */
export async function readText(text: string, accountId: string): Promise<ReadText> {
  if (text.length <= SMALL) return new ReadText(parseYaml(text));
  refuseLarge(text);
  return new ReadText(await bundleQueue.run(accountId, () => parseElsewhere(text)));
}

serveThread(__filename, (bundle) => parseYaml(String(bundle)));
