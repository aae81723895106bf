/** The one funnel to SQL: two pools, one for each role, and the transactions that run on them. */
import { Pool } from 'pg';
import { DataSource, type EntityManager, type EntityTarget, type MixedList, type ObjectLiteral } from 'typeorm';
import type { AccountId } from '../auth/caller';
import type { PreparedQuery } from './sql/batch';
import { PipelineClient } from './sql/client';
import { DatabaseUnavailableError, isUnavailable } from './failure';
import type { LimitStore } from './limit-store';
import { SnakeNaming } from './setup/naming';
import { ROLE_KINDS, type RoleKind } from './setup/roles';
import { tableOf, type Table } from './sql/table';
import type { Vault } from './vault';
import { findFaults } from './setup/verify';

export interface DatabaseSettings {
  readonly tenantUrl: string;
  readonly operatorUrl: string;
  /** Connections for each role. */
  readonly poolSize: number;
  readonly entities: readonly (new () => object)[];
  readonly vault: Vault;
  readonly onError: (error: Error) => void;
}

const CONNECT_TIMEOUT = 5_000;
const STATEMENT_TIMEOUT = 15_000;
const IDLE_TIMEOUT = 10_000;

const BEGIN: PreparedQuery = { name: 'begin', text: 'BEGIN READ ONLY', values: [] };
const BEGIN_WRITING: PreparedQuery = { name: 'begin_writing', text: 'BEGIN', values: [] };
const COMMIT: PreparedQuery = { name: 'commit', text: 'COMMIT', values: [] };

/** The statement form of SET reaches distributed workers, which set_config() does not; it takes no parameters. */
const within = (accountId: AccountId): PreparedQuery => ({
  text: `SET LOCAL app.account_id = '${accountId}'`,
  values: [],
});

function dataSource(url: string, role: RoleKind, { poolSize, entities, onError }: DatabaseSettings): DataSource {
  const list: MixedList<new () => object> = [...entities];
  return new DataSource({
    type: 'postgres',
    url,
    poolSize,
    entities: list,
    namingStrategy: new SnakeNaming(),
    installExtensions: false,
    connectTimeoutMS: CONNECT_TIMEOUT,
    applicationName: `portcullis-${role}`,
    poolErrorHandler: onError,
    extra: {
      Client: PipelineClient,
      pipeline: true,
      keepAlive: true,
      query_timeout: STATEMENT_TIMEOUT + 1_000,
      statement_timeout: STATEMENT_TIMEOUT,
      idle_in_transaction_session_timeout: IDLE_TIMEOUT,
    },
  });
}

export class Database {
  readonly #tables = new Map<EntityTarget<ObjectLiteral>, Table>();
  #batches = 0;
  #statements = 0;

  private constructor(
    private readonly sources: Record<RoleKind, DataSource>,
    /** Seals the columns that are secrets. */
    readonly vault: Vault,
  ) {}

  /** Connects both pools. @throws when the database cannot be reached. */
  static async open(settings: DatabaseSettings): Promise<Database> {
    const tenant = dataSource(settings.tenantUrl, 'tenant', settings);
    const operator = dataSource(settings.operatorUrl, 'operator', settings);
    await tenant.initialize();
    try {
      await operator.initialize();
    } catch (error) {
      await tenant.destroy();
      throw error;
    }
    return new Database({ tenant, operator }, settings.vault);
  }

  /** What the read path knows of an entity's table. */
  table(entity: EntityTarget<ObjectLiteral>): Table {
    let table = this.#tables.get(entity);
    if (!table) this.#tables.set(entity, (table = tableOf(this.sources.tenant.getMetadata(entity))));
    return table;
  }

  /** How many read transactions and statements there were; tests and benchmarks compare them. */
  get counts(): { readonly batches: number; readonly statements: number } {
    return { batches: this.#batches, statements: this.#statements };
  }

  /** Runs queries as one read-only transaction in one write; under one account where one is given. */
  async batch(role: RoleKind, accountId: AccountId | null, queries: readonly PreparedQuery[]): Promise<unknown[][][]> {
    this.#batches += 1;
    this.#statements += queries.length;
    const opening = accountId === null ? [BEGIN] : [BEGIN, within(accountId)];
    const answers = await this.#withClient(role, (client) => client.batch([...opening, ...queries, COMMIT]));
    return answers.slice(opening.length, -1);
  }

  /** One statement without an account: authentication and health. RLS shows it no account's rows. */
  async single(role: RoleKind, query: PreparedQuery): Promise<unknown[][]> {
    const [, rows = []] = await this.#withClient(role, (client) => client.batch([BEGIN, query, COMMIT]));
    return rows;
  }

  /** Statements that keep the gateway's own books (counters, access records): all stored, or nothing. */
  async record(queries: readonly PreparedQuery[]): Promise<void> {
    await this.#withClient('operator', (client) => client.batch([BEGIN_WRITING, ...queries, COMMIT]));
  }

  /** Runs `work` between `first` and COMMIT; anything thrown rolls back. */
  async transaction<T>(
    role: RoleKind,
    first: string,
    work: (manager: EntityManager, client: PipelineClient) => Promise<T>,
  ): Promise<T> {
    const runner = this.sources[role].createQueryRunner();
    const client = this.#pipelined(await runner.connect());
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
  }

  /** For the shared rate limits alone. */
  get limitStore(): LimitStore {
    return { query: (config) => this.#pool('operator').query(config) };
  }

  /** Why the gateway must not serve from this database; empty when all is well. */
  async faults(): Promise<string[]> {
    const found = await Promise.all(
      ROLE_KINDS.map((role) => findFaults(role, (text) => this.single(role, { text, values: [] }))),
    );
    return found.flat();
  }

  async close(): Promise<void> {
    await Promise.all(ROLE_KINDS.map((role) => this.sources[role].destroy()));
  }

  async #withClient<T>(role: RoleKind, work: (client: PipelineClient) => Promise<T>): Promise<T> {
    const client = await this.#pool(role).connect();
    try {
      const result = await work(this.#pipelined(client));
      client.release();
      return result;
    } catch (error) {
      // A statement that was refused leaves a sound connection behind; a caller could otherwise empty the pool at will.
      client.release(isUnavailable(error));
      throw error;
    }
  }

  #pool(role: RoleKind): Pool {
    const { driver } = this.sources[role];
    const pool: unknown = 'master' in driver ? driver.master : null;
    if (pool instanceof Pool) return pool;
    throw new DatabaseUnavailableError(true, new Error('The pool is closed'));
  }

  #pipelined(client: unknown): PipelineClient {
    if (client instanceof PipelineClient) return client;
    throw new Error('The pool handed out a connection of another kind');
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
