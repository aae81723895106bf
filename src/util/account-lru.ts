/** A bounded LRU map in which no account can occupy more than its share. */
import { LRUCache } from 'lru-cache';

interface Entry<Value> {
  readonly account: string;
  readonly value: Value;
}

interface AccountLruOptions {
  readonly max: number;
  /** Maximum entries per account; beyond it, the account's own oldest entry is evicted. */
  readonly maxPerAccount: number;
}

export class AccountLru<Value> {
  readonly #entries: LRUCache<string, Entry<Value>>;
  /** Keys of each account, oldest first. */
  readonly #keys = new Map<string, Set<string>>();

  constructor(private readonly options: AccountLruOptions) {
    this.#entries = new LRUCache({
      max: options.max,
      dispose: ({ account }, key, reason) => {
        if (reason !== 'set') this.#forget(account, key);
      },
    });
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  /** @param account the account whose share the entry uses. A key belongs to one account as long as it is cached. */
  set(account: string, key: string, value: Value): void {
    const keys = this.#keys.get(account) ?? new Set();
    keys.delete(key);
    this.#keys.set(account, keys.add(key));
    this.#entries.set(key, { account, value });
    if (keys.size <= this.options.maxPerAccount) return;
    const [oldest] = keys;
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  deleteAccount(account: string): void {
    for (const key of [...(this.#keys.get(account) ?? [])]) this.#entries.delete(key);
  }

  /** Visits every entry. */
  deleteWhere(isMeant: (value: Value) => boolean): void {
    for (const [key, { value }] of [...this.#entries]) if (isMeant(value)) this.#entries.delete(key);
  }

  #forget(account: string, key: string): void {
    const keys = this.#keys.get(account);
    keys?.delete(key);
    if (keys?.size === 0) this.#keys.delete(account);
  }
}
