/** Keys that were looked up lately, so that a request costs no look-up; what changed is forgotten at once. */
import { AccountLru } from '../util/account-lru';
import type { KeyRecord } from './caller';
import type { CachedKey, KeyLookup, KeyStore } from './authenticate';

/** How sure we are to be notified of changes. */
export interface ChangeNotifications {
  /** When the notification of every earlier change was last known to have arrived, in milliseconds of `performance.now()`. */
  readonly confirmedAt: number;
}

/** Together they keep every promise of "within one second". */
const MAX_AGE_MS = 30_000;
const MAX_AGE_UNNOTIFIED_MS = 500;
/** Notifications that were not confirmed for this long count as lost, whatever their connection says. */
const CONFIRMATION_MS = 700;

const MAX_KEYS = 10_000;
/** One account with many keys pushes out its own, not those of others. */
const MAX_KEYS_PER_ACCOUNT = 200;
const MASTER_KEYS = 'master keys';

interface Entry {
  readonly record: KeyRecord;
  /** When its look-up began: what changed before is in it. */
  readonly since: number;
}

export class KeyCache implements KeyStore {
  readonly #entries = new AccountLru<Entry>({ max: MAX_KEYS, maxPerAccount: MAX_KEYS_PER_ACCOUNT });
  #changes = 0;
  #notifiedSince = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly lookup: KeyLookup,
    private readonly notifications: ChangeNotifications,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  cached(keyId: string): CachedKey | null {
    const entry = this.#entries.get(keyId);
    if (!entry) return null;
    const now = this.clock();
    const maxAge = this.notifications.confirmedAt + CONFIRMATION_MS > now ? MAX_AGE_MS : MAX_AGE_UNNOTIFIED_MS;
    return { record: entry.record, isFresh: entry.since >= this.#notifiedSince && entry.since + maxAge > now };
  }

  async fetch(keyId: string): Promise<KeyRecord | null> {
    const since = this.clock();
    const changes = this.#changes;
    const record = await this.lookup(keyId);
    // A change during the look-up may have been missed by it: then the answer serves this one request only.
    if (record && changes === this.#changes)
      this.#entries.set(record.account?.id ?? MASTER_KEYS, keyId, { record, since });
    else this.#entries.delete(keyId);
    return record;
  }

  /** @param id of a key, which changes those that it delegated too, of a role or a service account, or of an account whose keys all change with it. */
  changed(id: string): void {
    this.#changes += 1;
    this.#entries.deleteAccount(id);
    this.#entries.deleteWhere(({ record }) => record.access.madeOf.includes(id));
  }

  /** After changes may have gone unnotified. */
  changedUnheard(): void {
    this.#changes += 1;
    this.#notifiedSince = this.clock();
  }
}
