/**
 * Reads of accounts that are in different shards, in one message: those whose server fails keep no other waiting. They
 * are left out until it answers again.
 */
import type { Database } from '../database';
import type { PreparedQuery } from '../pipeline/batch';

export interface AccountRead {
  readonly accountId: string;
  readonly query: PreparedQuery;
}

type Rows = readonly unknown[][];

const NONE: Rows = [];

export class ShardReads {
  /** Accounts that are left out. */
  readonly #failing = new Set<string>();
  #isProbing = false;

  constructor(private readonly database: Pick<Database, 'batch'>) {}

  /** Whether accounts are left out. */
  get isPartial(): boolean {
    return this.#failing.size > 0;
  }

  /**
   * @param onError called when accounts are left out from now on.
   * @returns the rows of each read; none of an account that is left out.
   * @throws when no account can be read.
   */
  async run(reads: readonly AccountRead[], onError: (error: unknown) => void): Promise<Rows[]> {
    this.#probe(reads);
    const sound = reads.filter(({ accountId }) => !this.#failing.has(accountId));
    const rows = await this.#together(sound).catch((error: unknown) => this.#separately(sound, error, onError));
    return reads.map((read) => rows.get(read) ?? NONE);
  }

  async #together(reads: readonly AccountRead[]): Promise<Map<AccountRead, Rows>> {
    if (reads.length === 0) return new Map();
    const answers = await this.database.batch(
      'operator',
      null,
      reads.map(({ query }) => query),
    );
    return new Map(reads.map((read, index) => [read, answers[index] ?? NONE]));
  }

  /** @param error of all of them together. */
  async #separately(
    reads: readonly AccountRead[],
    error: unknown,
    onError: (error: unknown) => void,
  ): Promise<Map<AccountRead, Rows>> {
    const found = new Map<AccountRead, Rows>();
    const failed = new Set<string>();
    for (const read of reads) {
      if (failed.has(read.accountId)) continue;
      const rows = await this.#together([read]).catch(() => null);
      if (rows) found.set(read, rows.get(read) ?? NONE);
      else failed.add(read.accountId);
    }
    if (found.size === 0) throw error;
    for (const accountId of failed) this.#failing.add(accountId);
    onError(error);
    return found;
  }

  /**
   * Retries the accounts that are left out, one at a time and in rotation, while the others continue. When one
   * succeeds, all of them return; those whose server still fails are left out again.
   */
  #probe(reads: readonly AccountRead[]): void {
    if (this.#isProbing) return;
    const byAccount = new Map(reads.map((read) => [read.accountId, read]));
    for (const accountId of this.#failing) {
      const read = byAccount.get(accountId);
      // Moves it to the end, or removes it if nobody follows the account any more.
      this.#failing.delete(accountId);
      if (!read) continue;
      this.#failing.add(accountId);
      void this.#ask(read);
      return;
    }
  }

  async #ask(read: AccountRead): Promise<void> {
    this.#isProbing = true;
    try {
      await this.#together([read]);
      this.#failing.clear();
    } catch {
      // Next time, the next account is tried.
    } finally {
      this.#isProbing = false;
    }
  }
}
