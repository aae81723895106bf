/** Caches recently used keys, so that most requests need no lookup; changed keys are dropped at once. */
import { AccountLru } from '../util/account-lru';
import type { KeyRecord } from './caller';
import type { CachedKey, KeyLookup, KeyStore } from './authenticate';

/** How reliably changes are being notified. */
export interface ChangeNotifications {
  /** The latest time, as `performance.now()`, for which all earlier changes are known to have been notified. */
  readonly confirmedAt: number;
}

/** Together these guarantee that every change takes effect within one second. */
const MAX_AGE_MS = 30_000;
/** Without notifications, every change takes effect after this time. */
export const MAX_AGE_UNNOTIFIED_MS = 500;
/** Notifications that have not been confirmed for this long count as lost, even if the connection seems open. */
const CONFIRMATION_MS = 700;

/** A request for a key shares the result of a lookup of that key in progress if it began no longer ago than this. */
const SHARED_LOOKUP_MS = 50;

const MAX_KEYS = 10_000;
/** An account with many keys evicts its own keys, not those of others. */
const MAX_KEYS_PER_ACCOUNT = 200;
const MASTER_KEYS = 'master keys';

interface Entry {
  readonly record: KeyRecord;
  /** When the lookup began: it includes all earlier changes. */
  readonly since: number;
}

interface Lookup {
  readonly since: number;
  /** How many changes had been notified when it began. */
  readonly changes: number;
  readonly record: Promise<KeyRecord | null>;
}

export class KeyCache implements KeyStore {
  readonly #entries = new AccountLru<Entry>({ max: MAX_KEYS, maxPerAccount: MAX_KEYS_PER_ACCOUNT });
  readonly #lookups = new Map<string, Lookup>();
  /** For each look-up in progress, the changes that were notified since it began. */
  readonly #changedMeanwhile = new Set<Set<string>>();
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
    return { record: entry.record, isFresh: entry.since > this.#notifiedSince && entry.since + maxAge > now };
  }

  /** All streams of a key check it at the same moment, so they share one lookup that has missed no notified change. */
  async fetch(keyId: string, accountId?: string): Promise<KeyRecord | null> {
    const now = this.clock();
    const name = `${keyId} ${accountId ?? ''}`;
    const current = this.#lookups.get(name);
    if (current?.changes === this.#changes && current.since + SHARED_LOOKUP_MS > now) return current.record;
    const lookup = { since: now, changes: this.#changes, record: this.#lookUp(keyId, accountId, now) };
    this.#lookups.set(name, lookup);
    try {
      return await lookup.record;
    } finally {
      if (this.#lookups.get(name) === lookup) this.#lookups.delete(name);
    }
  }

  /**
   * @param id of a key (whose delegated keys change too), a role, a service account, or an account (all its keys
   *   change).
   */
  changed(id: string): void {
    this.#changes += 1;
    for (const changed of this.#changedMeanwhile) changed.add(id);
    this.#entries.deleteAccount(id);
    this.#entries.deleteWhere(({ record }) => record.access.madeOf.includes(id));
  }

  /** Called when changes may have gone unnotified. */
  changedUnheard(): void {
    this.#changes += 1;
    this.#notifiedSince = this.clock();
  }

  async #lookUp(keyId: string, accountId: string | undefined, since: number): Promise<KeyRecord | null> {
    const changed = new Set<string>();
    this.#changedMeanwhile.add(changed);
    try {
      const record = await this.lookup(keyId, accountId);
      // The lookup may have missed a concurrent change of this key: only those already waiting get its result then.
      // Changes of other keys do not matter: an account that keeps changing its keys would prevent all caching.
      if (record && ![keyId, record.account?.id ?? '', ...record.access.madeOf].some((id) => changed.has(id)))
        this.#entries.set(record.account?.id ?? MASTER_KEYS, keyId, { record, since });
      // A caller who combines another account with a key's id learns nothing about the key, and does not evict it.
      else if (accountId === undefined || this.#entries.get(keyId)?.record.account?.id === accountId)
        this.#entries.delete(keyId);
      return record;
    } finally {
      this.#changedMeanwhile.delete(changed);
    }
  }
}
