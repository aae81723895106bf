/** The connections of one role: whose turn it is at them, and how they pass from one piece of work to the next. */
import { Pool } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import { DatabaseUnavailableError, isUnavailable } from './database-errors';
import { CONNECT_TIMEOUT } from './data-source';
import { PipelineClient } from './pipeline/pipeline-client';
import { Turns } from './fair-semaphore';

const noConnection = (): Error => new DatabaseUnavailableError(true, new Error('No connection came free in time'));

/** What a transaction works with. */
export type Work<T> = (manager: EntityManager, client: PipelineClient) => Promise<T>;

/** A connection that is out of its pool. */
interface Lent {
  readonly client: PipelineClient;
  /** Back into the pool, or closed. */
  readonly release: (close: boolean) => void;
}

function pipelined(client: unknown): PipelineClient {
  if (client instanceof PipelineClient) return client;
  throw new Error('The pool handed out a connection of another kind');
}

export class Connections {
  readonly #turns: Turns;
  /**
   * Unused, and out of the pool all the same: a batch takes less time than the pool needs to take a connection back and
   * hand it out again. With those in use they are never more than there are turns.
   */
  readonly #spare: Lent[] = [];
  #isClosed = false;

  constructor(
    private readonly source: DataSource,
    count: number,
  ) {
    this.#turns = new Turns({ count, longestWait: CONNECT_TIMEOUT, refusal: noConnection });
  }

  /** Works on a connection, in a turn of the account. */
  use<T>(account: string, work: (client: PipelineClient) => Promise<T>): Promise<T> {
    return this.#turns.run(account, async () => {
      const lent = this.#takeSpare() ?? (await this.#connect());
      try {
        const result = await work(lent.client);
        if (this.#isClosed) lent.release(true);
        else this.#spare.push(lent);
        return result;
      } catch (error) {
        // A statement that was refused leaves a sound connection behind; a caller could otherwise empty the pool at will.
        lent.release(isUnavailable(error));
        throw error;
      }
    });
  }

  /** Runs `work` between `first` and COMMIT, in a turn of the account; anything thrown rolls back. */
  transaction<T>(account: string, first: string, work: Work<T>): Promise<T> {
    return this.#turns.run(account, async () => {
      // TypeORM takes its connections from the pool alone.
      this.#takeSpare()?.release(false);
      const runner = this.source.createQueryRunner();
      const client = pipelined(await runner.connect());
      try {
        await client.query(first);
        const result = await work(runner.manager, client);
        await commit(client);
        return result;
      } catch (error) {
        // A transaction left open would go to the pool's next borrower, whose COMMIT would store its half.
        await client.query('ROLLBACK').catch(() => void client.end());
        throw error;
      } finally {
        await runner.release();
      }
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (let lent = this.#spare.pop(); lent; lent = this.#spare.pop()) lent.release(false);
    await this.source.destroy();
  }

  /** One that still is a connection. */
  #takeSpare(): Lent | undefined {
    let lent = this.#spare.pop();
    while (lent?.client.isOver === true) {
      lent.release(true);
      lent = this.#spare.pop();
    }
    return lent;
  }

  async #connect(): Promise<Lent> {
    const { driver } = this.source;
    const pool: unknown = 'master' in driver ? driver.master : null;
    if (!(pool instanceof Pool)) throw new DatabaseUnavailableError(true, new Error('The pool is closed'));
    const client = await pool.connect();
    return { client: pipelined(client), release: (close) => client.release(close) };
  }
}

/** A connection that breaks during COMMIT leaves open whether the change was stored: that is said, never guessed. */
async function commit(client: PipelineClient): Promise<void> {
  try {
    await client.query('COMMIT');
  } catch (error) {
    throw isUnavailable(error) ? new DatabaseUnavailableError(false, error) : error;
  }
}
