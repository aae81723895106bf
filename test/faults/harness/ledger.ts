/** The answers that writers received: one line per attempt, on disk before the writer sends anything else. */
import { open, readFile, type FileHandle } from 'node:fs/promises';

/** A row as an answer showed it; its values have the names of the audit log. */
export interface Fact {
  readonly table: 'tool' | 'agent' | 'run' | 'api_key';
  readonly id: string;
  readonly version: number;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * `acknowledged`: answered without an error. `refused`: the answer says that nothing was stored. `unknown`: no answer,
 * or one that says that the outcome is unknown.
 */
export type Outcome = 'acknowledged' | 'refused' | 'unknown';

export interface Entry {
  /** Attempts of one write have the same marker, which its row contains, too. */
  readonly marker: string;
  readonly requestId: string;
  /** The fault that was active when it was sent. */
  readonly fault: string;
  readonly kind: string;
  readonly isMaster: boolean;
  readonly outcome: Outcome;
  /** Whether it stores a row named by the marker. */
  readonly creates: boolean;
  /** The expected audit events, such as `Tool CREATE`. */
  readonly events: readonly string[];
  /** What the answer acknowledged. */
  readonly facts: readonly Fact[];
  /** The secret of a key in the answer. */
  readonly secret: string | null;
  /** Why it was not acknowledged, or what is wrong with the answer. */
  readonly note: string;
  /** Whether the answer cannot be correct: an error without a matching fault, or another row than requested. */
  readonly isUntrue: boolean;
}

export class Ledger {
  #waiting: { readonly line: string; readonly written: () => void }[] = [];
  #writing: Promise<void> | null = null;
  #acknowledged = 0;

  private constructor(
    private readonly file: FileHandle,
    private readonly path: string,
  ) {}

  static async create(path: string): Promise<Ledger> {
    return new Ledger(await open(path, 'ax'), path);
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Resolves when the entry is on disk; waiting entries share one write. */
  append(entry: Entry): Promise<void> {
    if (entry.outcome === 'acknowledged') this.#acknowledged += 1;
    const { promise, resolve } = deferred();
    this.#waiting.push({ line: `${JSON.stringify(entry)}\n`, written: resolve });
    this.#writing ??= this.#write();
    return Promise.race([promise, this.#writing.then(() => promise)]);
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const entries = this.#waiting.splice(0);
        await this.file.appendFile(entries.map(({ line }) => line).join(''));
        await this.file.datasync();
        for (const { written } of entries) written();
      }
    } finally {
      this.#writing = null;
    }
  }

  /** Closes the file and reads its contents. */
  async close(): Promise<Entry[]> {
    await this.#writing;
    await this.file.close();
    const lines = (await readFile(this.path, 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Entry);
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
