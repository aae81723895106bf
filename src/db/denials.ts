/** Refused requests on their way to the record: counted in memory, written every few seconds, bounded whatever comes. */
import type { Database } from './database';
import { PLATFORM_CHAIN } from './setup/audit-trigger';

export interface Denial {
  /** The caller's own account: nothing is told to or about another. */
  readonly accountId: string;
  readonly keyId: string;
  readonly code: string;
  /** The root field that refused, or what was refused before there was one. */
  readonly field: string;
  readonly requestId: string;
  readonly address: string;
}

interface Counted extends Denial {
  readonly minute: string;
  count: number;
}

const FLUSH_EVERY = 2_000;
/** More kinds of denials than this between two flushes are not told apart. */
const MOST_KINDS = 5_000;
const LONGEST_FIELD = 128;

const MANY = '(many)';

const WRITE = 'SELECT audit_record_denials($1::jsonb)';

const minuteOf = (time: number): string => new Date(time - (time % 60_000)).toISOString();

export class DenialRecorder {
  #counted = new Map<string, Counted>();
  #writing: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly database: Pick<Database, 'record'>,
    private readonly onError: (error: unknown) => void,
  ) {
    this.#timer = setInterval(() => void this.flush(), FLUSH_EVERY).unref();
  }

  record(denial: Denial): void {
    const kinds = this.#counted.size;
    // Beyond the bounds fields are not told apart, then keys: what is left is one count of the platform's for each code.
    if (kinds < MOST_KINDS) this.#add({ ...denial, field: denial.field.slice(0, LONGEST_FIELD) });
    else if (kinds < 2 * MOST_KINDS) this.#add({ ...denial, field: MANY });
    else this.#add({ ...denial, accountId: PLATFORM_CHAIN, keyId: PLATFORM_CHAIN, field: MANY });
  }

  #add(denial: Denial): void {
    const minute = minuteOf(Date.now());
    const key = [denial.accountId, denial.keyId, denial.code, denial.field, minute].join(' ');
    const known = this.#counted.get(key);
    if (known) known.count += 1;
    else this.#counted.set(key, { ...denial, minute, count: 1 });
  }

  /** Writes what was counted; what cannot be written is kept for the next time. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #write(): Promise<void> {
    if (this.#counted.size === 0) return;
    const counted = this.#counted;
    this.#counted = new Map();
    try {
      await this.database.record([{ text: WRITE, values: [JSON.stringify([...counted.values()])] }]);
    } catch (error) {
      this.onError(error);
      for (const [key, one] of counted) {
        const newer = this.#counted.get(key);
        if (newer) newer.count += one.count;
        else this.#counted.set(key, one);
      }
    }
  }
}
