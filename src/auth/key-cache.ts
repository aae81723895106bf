/** Keys that were looked up lately, so that a request costs no look-up; what changed is forgotten at once. */
import type { KeyRecord } from './caller';
import type { KeyLookup, KeyStore, Remembered } from './authenticate';

/** How sure we are to hear of changes. */
export interface Watch {
  /** When word of every change before was last known to have arrived, in milliseconds of `performance.now()`. */
  readonly confirmedAt: number;
}

/** Milliseconds. Together they keep every promise of "within one second". */
const LONGEST = 30_000;
const LONGEST_UNWATCHED = 500;
/** A watch that was not confirmed for this long counts as down, whatever its connection says. */
const CONFIRMATION = 700;
const MOST_ENTRIES = 10_000;

interface Entry {
  readonly record: KeyRecord;
  /** When its look-up began: what changed before is in it. */
  readonly since: number;
}

export class KeyCache implements KeyStore {
  readonly #entries = new Map<string, Entry>();
  #changes = 0;
  #heardSince = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly lookup: KeyLookup,
    private readonly watch: Watch,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  remembered(keyId: string): Remembered | null {
    const entry = this.#entries.get(keyId);
    if (!entry) return null;
    const now = this.clock();
    const watched = this.watch.confirmedAt + CONFIRMATION > now;
    const isFresh = entry.since >= this.#heardSince && entry.since + (watched ? LONGEST : LONGEST_UNWATCHED) > now;
    return { record: entry.record, isFresh };
  }

  async fetch(keyId: string): Promise<KeyRecord | null> {
    const since = this.clock();
    const changes = this.#changes;
    const record = await this.lookup(keyId);
    // A change during the look-up may have been missed by it: then the answer serves this one request only.
    if (record && changes === this.#changes) this.#remember(keyId, { record, since });
    else this.#entries.delete(keyId);
    return record;
  }

  /** @param id of a key, which changes those that it delegated too, or of an account whose keys all change with it. */
  changed(id: string): void {
    this.#changes += 1;
    for (const [keyId, { record }] of this.#entries) {
      if (record.account?.id === id || record.access.line.includes(id)) this.#entries.delete(keyId);
    }
  }

  /** After changes may have gone unheard. */
  changedUnheard(): void {
    this.#changes += 1;
    this.#heardSince = this.clock();
  }

  #remember(keyId: string, entry: Entry): void {
    this.#entries.delete(keyId);
    this.#entries.set(keyId, entry);
    if (this.#entries.size <= MOST_ENTRIES) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
