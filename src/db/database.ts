/** The only access to SQL: the transactions that run on the roles' connections. */
import { LRUCache } from 'lru-cache';
import type { EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';
import type { AccountId } from '../auth/caller';
import { entityMetadata } from './data-source';
import { limitStore, type LimitStore } from './limit-store';
import type { PreparedQuery } from './pipeline/batch';
import { runFramed, traceSetting, type StatementObserver } from './pipeline/statement-observer';
import { refuseSharedStatements } from './shared-statements';
import type { Position } from './replicas/position';
import { asRole, Replicas } from './replicas/replicas';
import { NO_QUOTAS, type Quotas } from './quotas';
import {
  closeAll,
  connectAll,
  NO_ACCOUNT,
  restatedBy,
  rolePools,
  type RolePools,
  type RolePoolsSettings,
} from './role-pools';
import type { RoleKind } from './setup/roles';
import { amongShards, tableOf, type Table } from './statements/table';
import { UnitOfWork, type UnitOfWorkOptions } from './unit-of-work';
import type { Vault } from './vault';
import { countShards, distributedTables } from './verify/shards';
import { verifyDatabase, type Verification } from './verify/verify-database';

interface DatabaseSettings extends Omit<RolePoolsSettings, 'urls'> {
  readonly tenantUrl: string;
  readonly operatorUrl: string;
  readonly restrictedUrl: string;
  /** The URLs of the replicas, without users: REPLICA_DATABASE_URL. None if not set. */
  readonly replicaUrls?: readonly string[] | undefined;
  /** Called when a replica is no longer used (with the reason), and when it is used again (null). */
  readonly onReplica?: (address: string, problem: string | null) => void;
  readonly entities: readonly (new () => object)[];
  readonly vault: Vault;
  /** None when unset. */
  readonly quotas?: Quotas;
}

export interface DatabaseCounts {
  readonly batches: number;
  readonly statements: number;
  readonly loads: number;
  readonly loadedKeys: number;
  /** How many of the batches replicas answered. */
  readonly fromReplicas: number;
}

const COMMIT: PreparedQuery = { name: 'commit', text: 'COMMIT', values: [] };

const NOTIFY = { name: 'notify', text: 'SELECT pg_notify($1, $2)' };

const WITHOUT_WAITING: PreparedQuery = {
  name: 'commit_without_waiting',
  text: 'SET LOCAL synchronous_commit = off',
  values: [],
};

/** Cached, because requests come from the same accounts again and again. */
const accountSettings = new LRUCache<AccountId, PreparedQuery>({
  max: 10_000,
  // The statement form of SET reaches distributed workers, which set_config() does not; it takes no parameters.
  memoMethod: (accountId) => ({ text: `SET LOCAL app.account_id = '${accountId}'`, values: [] }),
});
const within = (accountId: AccountId): PreparedQuery => accountSettings.memo(accountId);

export class Database {
  readonly #tables = new Map<EntityTarget<ObjectLiteral>, Table>();
  #batches = 0;
  #statements = 0;
  #loads = 0;
  #loadedKeys = 0;
  #fromReplicas = 0;
  #isDistributed = false;
  #shards = 0;

  private constructor(
    private readonly pools: RolePools,
    private readonly metadataOf: (entity: EntityTarget<ObjectLiteral>) => EntityMetadata,
    /** Encrypts the secret columns. */
    readonly vault: Vault,
    readonly quotas: Quotas,
    private readonly replicas: Replicas | null,
  ) {}

  /**
   * Connects as every role.
   * @throws when the database is unreachable; SetupError behind a pooler that cannot keep statements prepared.
   */
  static async open({
    tenantUrl,
    operatorUrl,
    restrictedUrl,
    poolSize,
    preparesStatements,
    replicaUrls = [],
    onReplica = () => undefined,
    entities,
    vault,
    quotas = NO_QUOTAS,
    onError,
    onWait,
  }: DatabaseSettings): Promise<Database> {
    const metadataOf = await entityMetadata(entities);
    const pools = rolePools({
      urls: { tenant: tenantUrl, operator: operatorUrl, restricted: restrictedUrl },
      poolSize,
      preparesStatements,
      onError,
      onWait,
    });
    const urls = replicaUrls.map((url) => ({ tenant: asRole(url, tenantUrl), operator: asRole(url, operatorUrl) }));
    const replicas =
      urls.length === 0 ? null : new Replicas({ urls, poolSize, preparesStatements, onError, onChange: onReplica });
    const database = new Database(pools, metadataOf, vault, quotas, replicas);
    try {
      await connectAll(pools);
      if (preparesStatements && pools.tenant.restated) await refuseSharedStatements(tenantUrl);
      const ask = async (text: string): Promise<unknown[][]> => database.single('operator', { text, values: [] });
      database.#isDistributed = (await distributedTables(ask)).size > 0;
      database.#shards = await countShards(ask);
      replicas?.start({
        read: (query) => database.single('operator', query),
        write: (query) => database.record([query]),
      });
      return database;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /** The read path's description of an entity's table. */
  table(entity: EntityTarget<ObjectLiteral>): Table {
    let table = this.#tables.get(entity);
    if (!table) {
      const described = tableOf(this.metadataOf(entity), (other) => this.table(other));
      this.#tables.set(entity, (table = this.#isDistributed ? amongShards(described) : described));
    }
    return table;
  }

  /** The number of read transactions and statements, and of statements and keys of these loaders. */
  get counts(): DatabaseCounts {
    return {
      batches: this.#batches,
      statements: this.#statements,
      loads: this.#loads,
      loadedKeys: this.#loadedKeys,
      fromReplicas: this.#fromReplicas,
    };
  }

  countLoad(keys: number): void {
    this.#loads += 1;
    this.#loadedKeys += keys;
  }

  /**
   * Runs queries as one read-only transaction in one write; for one account if given.
   * @param settings settings of a restriction, with which its policies compare.
   * @param observer the observer of the request to which the queries belong.
   */
  batch(
    role: RoleKind,
    accountId: AccountId | null,
    queries: readonly PreparedQuery[],
    settings: readonly PreparedQuery[] = [],
    observer?: StatementObserver | null,
  ): Promise<unknown[][][]> {
    this.#count(queries);
    const traced = observer ? traceSetting(observer, role) : [];
    const own = [...(accountId === null ? [] : [within(accountId)]), ...settings, ...traced];
    return this.pools[role].use(accountId ?? NO_ACCOUNT, (client) =>
      runFramed(client, queries, { opening: [...client.starts.read, ...own], closing: [COMMIT] }, observer),
    );
  }

  get hasReplicas(): boolean {
    return this.replicas !== null;
  }

  /** A sentence per replica that is not read from. */
  get replicaProblems(): readonly string[] {
    return this.replicas?.problems ?? [];
  }

  /**
   * As `batch`, from a replica that has replayed the account's last change known here, or else from the primary.
   * @param accountId null for all accounts.
   * @param after the position that the replica must have replayed in any case.
   */
  async batchOfRows(
    accountId: AccountId | null,
    queries: readonly PreparedQuery[],
    after: Position | null,
    observer?: StatementObserver | null,
  ): Promise<unknown[][][]> {
    const role = accountId === null ? 'operator' : 'tenant';
    const traced = observer ? traceSetting(observer, role) : [];
    const opening = [...(accountId === null ? [] : [within(accountId)]), ...traced];
    const answers = await this.replicas?.read({ role, accountId, queries, opening }, after, observer);
    if (!answers) return this.batch(role, accountId, queries, [], observer);
    this.#fromReplicas += 1;
    this.#count(queries);
    return answers;
  }

  /**
   * Runs one statement without an account, for authentication and health checks. RLS hides the rows of all accounts
   * from it.
   */
  async single(role: RoleKind, query: PreparedQuery, settings: readonly PreparedQuery[] = []): Promise<unknown[][]> {
    const [rows = []] = await this.pools[role].use(NO_ACCOUNT, async (client) => {
      const opening = [...client.starts.read, ...settings];
      return (await client.batch([...opening, query, COMMIT])).slice(opening.length);
    });
    return rows;
  }

  /** Runs statements on the gateway's own tables (counters, access log), all or nothing. */
  async record(queries: readonly PreparedQuery[], observer?: StatementObserver | null): Promise<void> {
    await this.#recorded(queries, observer);
  }

  /** Runs statements of the gateway's own work across accounts, all or nothing, and returns their rows. */
  transact(queries: readonly PreparedQuery[]): Promise<unknown[][][]> {
    return this.#recorded(queries);
  }

  /** The transaction of one root field of a mutation; it takes a connection with its first statement. */
  unitOfWork(options: UnitOfWorkOptions): UnitOfWork {
    return new UnitOfWork(({ role }) => this.pools[role], options, this.replicas, this.#isDistributed);
  }

  /** A batch of reads within a unit of work counts as one of ours. */
  readIn(unit: UnitOfWork, queries: readonly PreparedQuery[]): Promise<unknown[][][]> {
    this.#count(queries);
    return unit.run(queries);
  }

  /** Settings that a pooler's sessions lack, so that transactions set them; null without a pooler. */
  get restated(): readonly string[] | null {
    return restatedBy(this.pools);
  }

  /** Sends a notification. Its COMMIT waits for no disk or standby: there is nothing to lose. */
  async notify(channel: string, payload: string): Promise<void> {
    const query = { ...NOTIFY, values: [channel, payload] };
    await this.pools.operator.use(NO_ACCOUNT, (client) =>
      client.batch([...client.starts.read, WITHOUT_WAITING, query, COMMIT]),
    );
  }

  /** For the shared rate limits only. */
  get limitStore(): LimitStore {
    return limitStore(async (query) => (await this.#recorded([query]))[0] ?? []);
  }

  /** Whether its tables are divided among shards by account. */
  get isDistributed(): boolean {
    return this.#isDistributed;
  }

  /** The number of shards; 0 for ordinary tables. */
  get shards(): number {
    return this.#shards;
  }

  /** @throws when the database is unreachable. */
  verify(): Promise<Verification> {
    const queryOf = (text: string): PreparedQuery => ({ text, values: [] });
    return verifyDatabase(
      (role, ...settings) =>
        (text) =>
          this.single(role, queryOf(text), settings.map(queryOf)),
      this.#isDistributed,
    );
  }

  async close(): Promise<void> {
    await this.replicas?.stop();
    await closeAll(this.pools);
  }

  #recorded(queries: readonly PreparedQuery[], observer?: StatementObserver | null): Promise<unknown[][][]> {
    const traced = observer ? traceSetting(observer, 'operator') : [];
    return this.pools.operator.use(NO_ACCOUNT, (client) =>
      runFramed(client, queries, { opening: [...client.starts.write, ...traced], closing: [COMMIT] }, observer),
    );
  }

  #count(queries: readonly PreparedQuery[]): void {
    this.#batches += 1;
    this.#statements += queries.length;
  }
}
