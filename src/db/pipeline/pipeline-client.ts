/** The database connection of every pool: pipelined, with batches of prepared statements. */
import { Client, type ClientConfig } from 'pg';
import { startsOf, type ServerKind, type TransactionStarts } from '../session-settings';
import { Batch, type PreparedQuery, type PreparedStatements } from './batch';
import { readRowsTogether } from './message-reader';
import { parsers } from './value-parsers';

const ROLLBACK: PreparedQuery = { name: 'rollback', text: 'ROLLBACK', values: [] };

/** The maximum number of prepared statements per connection: each holds memory of its backend. */
const MAX_PREPARED = 500;

export class PipelineClient extends Client {
  readonly #prepared: PreparedStatements = new Map();
  #isOver = false;
  /** A batch failed and ROLLBACK is on its way: anything sent after it would run outside the transaction. */
  #isRecovering = false;
  #starts: TransactionStarts | null = null;

  constructor(config?: ClientConfig) {
    // The pool hides the password from code that enumerates its settings, such as a spread.
    super({ ...config, password: config?.password, types: parsers });
    readRowsTogether(this.connection);
    // Without a listener, a checked-out client ends the process when its backend is terminated; the queries in flight
    // are rejected anyway, so their callers learn of it.
    const over = (): void => void (this.#isOver = true);
    this.on('error', over).on('end', over);
  }

  /** Whether the connection has broken or was closed. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** How transactions begin on this connection. @throws Error before `prepare` has run. */
  get starts(): TransactionStarts {
    if (this.#starts) return this.#starts;
    throw new Error('A connection was used before its session was checked');
  }

  /** Checks the session, once: call it before the first transaction. @throws DatabaseUnavailableError */
  async prepare(leadsTo: ServerKind): Promise<void> {
    this.#starts ??= await startsOf((queries) => this.batch(queries), leadsTo);
  }

  /** Without notifying the server; work in flight is rejected. */
  destroy(): void {
    this.connection.stream.destroy();
  }

  /**
   * Sends all queries in one write and waits for all of them.
   * @param ends receives the time of each response, in milliseconds of `performance.now()`; the server then sends each
   *   alone.
   * @returns the rows of each query.
   * @throws the first failure; the connection's transaction is over then.
   */
  batch(queries: readonly PreparedQuery[], ends: number[] | null = null): Promise<unknown[][][]> {
    if (this.#isRecovering) return Promise.reject(new Error('The transaction of this connection has failed'));
    if (this.#prepared.size > MAX_PREPARED) this.#forgetOldest(queries);
    return new Promise((resolve, reject) => {
      const done = (error: Error | null, answers: unknown[][][]): void => {
        if (error === null) resolve(answers);
        else this.#recover(batch.doubtful, () => reject(error));
      };
      const batch = new Batch(this.named(queries), this.#prepared, done, ends);
      this.query(batch);
    });
  }

  /** The queries with the names under which the server keeps them prepared. */
  protected named(queries: readonly PreparedQuery[]): readonly PreparedQuery[] {
    return queries;
  }

  /** These queries' statements are kept. */
  #forgetOldest(queries: readonly PreparedQuery[]): void {
    const used = new Set(queries.map(({ name }) => name));
    for (const name of this.#prepared.keys()) {
      if (this.#prepared.size <= MAX_PREPARED) return;
      if (used.has(name)) continue;
      this.#prepared.delete(name);
      this.connection.close({ type: 'S', name }, true);
    }
  }

  /** Restores the connection to its state before a batch failed. One that cannot be restored is closed. */
  #recover(doubtful: readonly string[], done: () => void): void {
    this.#isRecovering = true;
    for (const name of doubtful) {
      this.#prepared.delete(name);
      this.connection.close({ type: 'S', name }, true);
    }
    const rollback = new Batch(this.named([ROLLBACK]), this.#prepared, (error) => {
      if (error !== null) this.destroy();
      this.#isRecovering = false;
      done();
    });
    this.query(rollback);
  }
}

/** Through a pooler that lends a session, and its prepared statements, to one client after another. */
export class UnnamedPipelineClient extends PipelineClient {
  protected override named(queries: readonly PreparedQuery[]): readonly PreparedQuery[] {
    return queries.map((query) => ({ ...query, name: undefined }));
  }
}
