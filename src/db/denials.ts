/** Buffers denied requests for the audit log: counted in memory, written every few seconds, bounded per account. */
import type { Database } from './database';
import { PLATFORM_CHAIN } from './ids';
import { PeriodicWriter } from './periodic-writer';

interface Denial {
  /** The caller's own account: nothing is disclosed to or about another. */
  readonly accountId: string;
  readonly keyId: string;
  readonly code: string;
  /** The denied root field, or what was denied before there was one. */
  readonly field: string;
  readonly requestId: string;
  readonly address: string;
}

interface DenialCount extends Denial {
  readonly minute: string;
  count: number;
}

const FLUSH_INTERVAL_MS = 2_000;
/**
 * Beyond this many kinds of denials per account between two flushes, fields are no longer distinguished; beyond twice
 * as many, nor are keys: one count per code remains. No account's denials depend on those of another.
 */
const MAX_KINDS_PER_ACCOUNT = 500;
/** Beyond this many kinds across all accounts, those that have KEPT_KINDS_PER_ACCOUNT get no new ones. */
const MAX_KINDS = 50_000;
/** Always kept, so that even many flooding accounts together do not reduce the detail of another's denials. */
const KEPT_KINDS_PER_ACCOUNT = 20;
const MAX_FIELD_CHARS = 128;

const MANY = '(many)';

const WRITE = 'SELECT audit_record_denials($1::jsonb)';

const minuteOf = (time: number): string => new Date(time - (time % 60_000)).toISOString();

/** Counts by account, then by kind. */
class DenialCounts {
  readonly #accounts = new Map<string, Map<string, DenialCount>>();
  #kinds = 0;

  get isEmpty(): boolean {
    return this.#kinds === 0;
  }

  *all(): Generator<DenialCount> {
    for (const kinds of this.#accounts.values()) yield* kinds.values();
  }

  add(denial: Denial, minute = minuteOf(Date.now()), count = 1): void {
    const kinds = this.#kindsOf(denial.accountId);
    const limit = this.#kinds < MAX_KINDS ? MAX_KINDS_PER_ACCOUNT : KEPT_KINDS_PER_ACCOUNT;
    if (this.#increment(kinds, { ...denial, minute, count, field: denial.field.slice(0, MAX_FIELD_CHARS) }, limit))
      return;
    if (this.#increment(kinds, { ...denial, minute, count, field: MANY }, 2 * limit)) return;
    this.#increment(kinds, { ...denial, minute, count, keyId: PLATFORM_CHAIN, field: MANY }, Infinity);
  }

  #kindsOf(accountId: string): Map<string, DenialCount> {
    let kinds = this.#accounts.get(accountId);
    if (!kinds) this.#accounts.set(accountId, (kinds = new Map<string, DenialCount>()));
    return kinds;
  }

  /** @returns false for a new kind when the account already has `limit` of them. */
  #increment(kinds: Map<string, DenialCount>, denial: DenialCount, limit: number): boolean {
    const kind = [denial.keyId, denial.code, denial.field, denial.minute].join(' ');
    const counted = kinds.get(kind);
    if (counted) counted.count += denial.count;
    else if (kinds.size < limit) {
      kinds.set(kind, denial);
      this.#kinds += 1;
    } else return false;
    return true;
  }
}

export class DenialRecorder {
  #counts = new DenialCounts();
  readonly #writer = new PeriodicWriter(() => this.#write(), FLUSH_INTERVAL_MS);

  constructor(
    private readonly database: Pick<Database, 'record'>,
    private readonly onError: (error: unknown) => void,
    private readonly onDenial?: (code: string) => void,
  ) {}

  record(denial: Denial): void {
    this.onDenial?.(denial.code);
    this.#counts.add(denial);
  }

  /** Writes the counts; counts that cannot be written are kept for the next flush. */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  close(): Promise<void> {
    return this.#writer.close();
  }

  async #write(): Promise<void> {
    if (this.#counts.isEmpty) return;
    const counts = [...this.#counts.all()];
    this.#counts = new DenialCounts();
    try {
      await this.database.record([{ text: WRITE, values: [JSON.stringify(counts)] }]);
    } catch (error) {
      this.onError(error);
      for (const { minute, count, ...denial } of counts) this.#counts.add(denial, minute, count);
    }
  }
}
