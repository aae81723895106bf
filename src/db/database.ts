/** The one funnel to SQL: two pools, one for each role, and the transactions that run on them. */
import type { EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';
import type { AccountId } from '../auth/caller';
import { Connections, type Work } from './pool';
import type { PreparedQuery } from './pipeline/batch';
import type { LimitStore } from './limit-store';
import { ROLE_KINDS, type RoleKind } from './setup/roles';
import { dataSource, type DatabaseSettings } from './data-source';
import { tableOf, type Table } from './statements/table';
import type { Vault } from './vault';
import { findFaults } from './verify/verify-isolation';

/** Who takes a turn that is no single account's: the gateway itself, and master keys across accounts. */
const NO_ACCOUNT = '';

const BEGIN: PreparedQuery = { name: 'begin', text: 'BEGIN READ ONLY', values: [] };
const BEGIN_WRITING: PreparedQuery = { name: 'begin_writing', text: 'BEGIN', values: [] };
const COMMIT: PreparedQuery = { name: 'commit', text: 'COMMIT', values: [] };

/** The statement form of SET reaches distributed workers, which set_config() does not; it takes no parameters. */
const within = (accountId: AccountId): PreparedQuery => ({
  text: `SET LOCAL app.account_id = '${accountId}'`,
  values: [],
});

export class Database {
  readonly #tables = new Map<EntityTarget<ObjectLiteral>, Table>();
  #batches = 0;
  #statements = 0;

  private constructor(
    private readonly connections: Record<RoleKind, Connections>,
    private readonly metadataOf: (entity: EntityTarget<ObjectLiteral>) => EntityMetadata,
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
    const connections = {
      tenant: new Connections(tenant, settings.poolSize),
      operator: new Connections(operator, settings.poolSize),
    };
    return new Database(connections, (entity) => tenant.getMetadata(entity), settings.vault);
  }

  /** What the read path knows of an entity's table. */
  table(entity: EntityTarget<ObjectLiteral>): Table {
    let table = this.#tables.get(entity);
    if (!table) this.#tables.set(entity, (table = tableOf(this.metadataOf(entity))));
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
    const answers = await this.connections[role].use(accountId ?? NO_ACCOUNT, (client) => client.batch(all));
    return answers.slice(opening.length, -1);
  }

  /** One statement without an account: authentication and health. RLS shows it no account's rows. */
  async single(role: RoleKind, query: PreparedQuery): Promise<unknown[][]> {
    const [, rows = []] = await this.connections[role].use(NO_ACCOUNT, (client) =>
      client.batch([BEGIN, query, COMMIT]),
    );
    return rows;
  }

  /** Statements that keep the gateway's own books (counters, access records): all stored, or nothing. */
  async record(queries: readonly PreparedQuery[]): Promise<void> {
    await this.connections.operator.use(NO_ACCOUNT, (client) => client.batch([BEGIN_WRITING, ...queries, COMMIT]));
  }

  /** Runs `work` between `first` and COMMIT, in a turn of the account; anything thrown rolls back. */
  transaction<T>(role: RoleKind, accountId: AccountId | null, first: string, work: Work<T>): Promise<T> {
    return this.connections[role].transaction(accountId ?? NO_ACCOUNT, first, work);
  }

  /** For the shared rate limits alone. */
  get limitStore(): LimitStore {
    return { query: (config) => this.connections.operator.use(NO_ACCOUNT, (client) => client.query(config)) };
  }

  /** Why the gateway must not serve from this database; empty when all is well. */
  async faults(): Promise<string[]> {
    const found = await Promise.all(
      ROLE_KINDS.map((role) => findFaults(role, (text) => this.single(role, { text, values: [] }))),
    );
    return found.flat();
  }

  async close(): Promise<void> {
    await Promise.all(ROLE_KINDS.map((role) => this.connections[role].close()));
  }
}
