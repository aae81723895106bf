/** The one funnel to SQL: two pools, one for each role, and the transactions that run on them. */
import { Pool } from 'pg';
import type { DataSource, EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import type { AccountId } from '../auth/caller';
import type { PreparedQuery } from './sql/batch';
import { PipelineClient } from './sql/client';
import { DatabaseUnavailableError, isUnavailable } from './failure';
import type { LimitStore } from './limit-store';
import { ROLE_KINDS, type RoleKind } from './setup/roles';
import { CONNECT_TIMEOUT, dataSource, type DatabaseSettings } from './source';
import { tableOf, type Table } from './sql/table';
import { Turns } from './turns';
import type { Vault } from './vault';
import { findFaults } from './setup/verify';

/** Who takes a turn that is no single account's: the gateway itself, and master keys across accounts. */
const NO_ACCOUNT = '';

const noConnection = (): Error => new DatabaseUnavailableError(true, new Error('No connection came free in time'));

const BEGIN: PreparedQuery = { name: 'begin', text: 'BEGIN READ ONLY', values: [] };
const BEGIN_WRITING: PreparedQuery = { name: 'begin_writing', text: 'BEGIN', values: [] };
const COMMIT: PreparedQuery = { name: 'commit', text: 'COMMIT', values: [] };

/** The statement form of SET reaches distributed workers, which set_config() does not; it takes no parameters. */
const within = (accountId: AccountId): PreparedQuery => ({
  text: `SET LOCAL app.account_id = '${accountId}'`,
  values: [],
});

type Work<T> = (manager: EntityManager, client: PipelineClient) => Promise<T>;

export class Database {
  readonly #turns: Record<RoleKind, Turns>;
  readonly #tables = new Map<EntityTarget<ObjectLiteral>, Table>();
  #batches = 0;
  #statements = 0;

  private constructor(
    private readonly sources: Record<RoleKind, DataSource>,
    /** Seals the columns that are secrets. */
    readonly vault: Vault,
    poolSize: number,
  ) {
    const places = { count: poolSize, longestWait: CONNECT_TIMEOUT, refusal: noConnection };
    this.#turns = { tenant: new Turns(places), operator: new Turns(places) };
  }

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
    return new Database({ tenant, operator }, settings.vault, settings.poolSize);
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
    const all = [...opening, ...queries, COMMIT];
    const answers = await this.#withClient(role, accountId, (client) => client.batch(all));
    return answers.slice(opening.length, -1);
  }

  /** One statement without an account: authentication and health. RLS shows it no account's rows. */
  async single(role: RoleKind, query: PreparedQuery): Promise<unknown[][]> {
    const [, rows = []] = await this.#withClient(role, null, (client) => client.batch([BEGIN, query, COMMIT]));
    return rows;
  }

  /** Statements that keep the gateway's own books (counters, access records): all stored, or nothing. */
  async record(queries: readonly PreparedQuery[]): Promise<void> {
    await this.#withClient('operator', null, (client) => client.batch([BEGIN_WRITING, ...queries, COMMIT]));
  }

  /** Runs `work` between `first` and COMMIT, in a turn of the account; anything thrown rolls back. */
  transaction<T>(role: RoleKind, accountId: AccountId | null, first: string, work: Work<T>): Promise<T> {
    return this.#inTurn(role, accountId, () => this.#transact(role, first, work));
  }

  async #transact<T>(role: RoleKind, first: string, work: Work<T>): Promise<T> {
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

  #inTurn<T>(role: RoleKind, accountId: AccountId | null, work: () => Promise<T>): Promise<T> {
    return this.#turns[role].run(accountId ?? NO_ACCOUNT, work);
  }

  #withClient<T>(
    role: RoleKind,
    accountId: AccountId | null,
    work: (client: PipelineClient) => Promise<T>,
  ): Promise<T> {
    return this.#inTurn(role, accountId, async () => {
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
    });
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
