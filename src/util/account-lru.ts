/** A bounded LRU map in which no account can occupy more than its share. */
import { LRUCache } from 'lru-cache';

interface Entry<Value> {
  readonly account: string;
  readonly size: number;
  readonly value: Value;
}

interface AccountLruOptions {
  /** For all entries together: their number or, with `sizeOf`, the sum of their sizes. */
  readonly max: number;
  /** The same per account; beyond it, the account's own oldest entries are evicted. */
  readonly maxPerAccount: number;
  /** 1 or more, a whole number. */
  readonly sizeOf?: (key: string) => number;
}

/** What an account occupies. */
class Share {
  /** Oldest first. */
  readonly keys = new Set<string>();
  size = 0;
}

export class AccountLru<Value> {
  readonly #entries: LRUCache<string, Entry<Value>>;
  readonly #shares = new Map<string, Share>();

  constructor(private readonly options: AccountLruOptions) {
    this.#entries = new LRUCache({
      maxSize: options.max,
      sizeCalculation: ({ size }) => size,
      dispose: (entry, key) => this.#forget(entry, key),
    });
  }

  /** The number of entries. */
  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  /**
   * An entry that is larger than an account's share is not kept.
   * @param account the account whose share the entry uses. A key belongs to one account as long as it is cached.
   */
  set(account: string, key: string, value: Value): void {
    const { maxPerAccount, sizeOf } = this.options;
    const size = sizeOf?.(key) ?? 1;
    this.#entries.delete(key);
    if (size > maxPerAccount) return;
    const share = this.#shares.get(account) ?? new Share();
    // Its own entries make room first: those of others leave only where all accounts together have too many.
    for (const oldest of share.keys) {
      if (share.size + size <= maxPerAccount) break;
      this.#entries.delete(oldest);
    }
    this.#shares.set(account, share);
    share.keys.add(key);
    share.size += size;
    this.#entries.set(key, { account, size, value });
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  deleteAccount(account: string): void {
    for (const key of [...(this.#shares.get(account)?.keys ?? [])]) this.#entries.delete(key);
  }

  /** Visits every entry. */
  deleteWhere(isMeant: (value: Value) => boolean): void {
    for (const [key, { value }] of [...this.#entries]) if (isMeant(value)) this.#entries.delete(key);
  }

  #forget({ account, size }: Entry<Value>, key: string): void {
    const share = this.#shares.get(account);
    if (!share?.keys.delete(key)) return;
    share.size -= size;
    if (share.keys.size === 0) this.#shares.delete(account);
  }
}
