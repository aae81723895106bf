/** The connections of one role, shared fairly between accounts and passed directly from one user to the next. */
import { Pool, type ClientConfig, type PoolClient } from 'pg';
import { DatabaseUnavailableError, isUnavailable, outageOf } from './database-errors';
import { FairSemaphore, type FairSemaphoreOptions } from './fair-semaphore';
import { Primary } from './primary';
import { PipelineClient, UnnamedPipelineClient } from './pipeline/pipeline-client';
import type { RoleKind } from './setup/roles';
import { CONNECT_TIMEOUT_MS, gatewayConnection, STATEMENT_TIMEOUT_MS, type ServerKind } from './session-settings';

interface PoolSettings {
  /** The URL of the role. */
  readonly url: string;
  readonly role: RoleKind;
  /** The maximum number of connections. */
  readonly size: number;
  /** Whether to keep statements prepared under names. */
  readonly preparesStatements: boolean;
  /** The primary when unset. */
  readonly leadsTo?: ServerKind;
  /** How long to wait for a connection, and for an answer; the primary's times when unset. */
  readonly timeoutMs?: number;
  readonly onError: (error: Error) => void;
  readonly onWait?: FairSemaphoreOptions['onWait'];
}

/** A connection in use. */
export interface Lease {
  readonly client: PipelineClient;
  /** Call once. @param error what the work ended with; closes the connection if it was the cause. */
  release(error?: unknown): void;
}

/** A connection taken from the pool. */
interface Connection {
  readonly client: PipelineClient & PoolClient;
  /** The pool's generation when it was opened; see `#generation`. */
  readonly generation: number;
}

const noConnection = (): Error =>
  new DatabaseUnavailableError(true, new Error('No connection became available in time'));

function pipelined(client: PoolClient): PipelineClient & PoolClient {
  if (client instanceof PipelineClient) return client;
  throw new Error('The pool handed out a connection of another kind');
}

/** Closes the connection without waiting for the server, which may not respond any more. */
function close(client: PipelineClient & PoolClient): void {
  client.release(true);
  client.destroy();
}

/** The same driver, whose connections are in `clients` from before they are opened until they are closed. */
function listedIn(clients: Set<PipelineClient>, Driver: typeof PipelineClient): typeof PipelineClient {
  return class extends Driver {
    constructor(config?: ClientConfig) {
      super(config);
      clients.add(this);
      this.once('end', () => clients.delete(this));
    }
  };
}

export class ConnectionPool {
  readonly #semaphore: FairSemaphore;
  readonly #primary: Primary;
  readonly #leadsTo: ServerKind;
  /** Connects to the server at this URL, the primary in the last check. */
  #pool: { readonly url: string; readonly connections: Pool } | null = null;
  readonly #open: (url: string) => Pool;
  /**
   * Idle, but kept out of the pool: a batch takes less time than the pool needs to take a connection back and hand it
   * out again. Together with those in use, never more than the semaphore's capacity.
   */
  readonly #spare: Connection[] = [];
  /** All connections that are not closed: idle, in use, or being opened. */
  readonly #clients = new Set<PipelineClient>();
  /** Incremented when the server no longer accepts changes: older connections are closed. */
  #generation = 0;
  #isClosed = false;
  /** From the newest connection; see TransactionStarts. */
  restated: readonly string[] | null = null;

  constructor(settings: PoolSettings) {
    const { url, role, size, preparesStatements, leadsTo = 'primary', timeoutMs, onError, onWait } = settings;
    this.#semaphore = new FairSemaphore({
      capacity: size,
      maxWaitMs: timeoutMs ?? CONNECT_TIMEOUT_MS,
      refusal: noConnection,
      onWait,
    });
    this.#primary = new Primary(url);
    this.#leadsTo = leadsTo;
    const Listed = listedIn(this.#clients, preparesStatements ? PipelineClient : UnnamedPipelineClient);
    this.#open = (server) => {
      const pool = new Pool({
        ...gatewayConnection(server),
        Client: Listed,
        pipeline: true,
        keepAlive: true,
        max: size,
        application_name: `portcullis-${role}`,
        connectionTimeoutMillis: timeoutMs ?? CONNECT_TIMEOUT_MS,
        query_timeout: timeoutMs ?? STATEMENT_TIMEOUT_MS + 1_000,
      });
      return pool.on('error', onError);
    };
  }

  /** Runs `work` on a connection. @param account who it is for; see FairSemaphore. */
  async use<T>(account: string, work: (client: PipelineClient) => Promise<T>): Promise<T> {
    const wait = this.#semaphore.acquire(account);
    if (wait) await wait;
    try {
      const connection = this.#takeSpare() ?? (await this.#connect());
      try {
        const result = await work(connection.client);
        this.#giveBack(connection, null);
        return result;
      } catch (error) {
        this.#giveBack(connection, error);
        throw error;
      }
    } finally {
      this.#semaphore.release(account);
    }
  }

  /** A connection for the length of a transaction of several batches. */
  async lease(account: string): Promise<Lease> {
    const wait = this.#semaphore.acquire(account);
    if (wait) await wait;
    try {
      const connection = this.#takeSpare() ?? (await this.#connect());
      const release = (error: unknown = null): void => {
        this.#giveBack(connection, error);
        this.#semaphore.release(account);
      };
      return { client: connection.client, release };
    } catch (error) {
      this.#semaphore.release(account);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (let connection = this.#spare.pop(); connection; connection = this.#spare.pop()) connection.client.release();
    await this.#pool?.connections.end();
  }

  /**
   * Closes the pool and all of its connections, even busy ones and those still being opened, which an unresponsive
   * server would keep open.
   */
  abandon(): void {
    void this.close().catch(() => undefined);
    for (const client of this.#clients) client.destroy();
  }

  /** Keeps the connection after a refused statement; otherwise callers could empty the pool at will. */
  #giveBack(connection: Connection, error: unknown): void {
    // After a failover all connections lead to the former primary.
    if (outageOf(error) === 'readOnly') {
      this.#generation += 1;
      this.#primary.isElsewhere(this.#pool?.url ?? '', error);
    }
    const isCurrent = connection.generation === this.#generation && !this.#isClosed;
    if (isCurrent && !isUnavailable(error)) this.#spare.push(connection);
    else close(connection.client);
  }

  #takeSpare(): Connection | null {
    for (let connection = this.#spare.pop(); connection; connection = this.#spare.pop()) {
      if (!connection.client.isOver && connection.generation === this.#generation) return connection;
      close(connection.client);
    }
    return null;
  }

  /** Tries again if another server has become the primary. */
  async #connect(): Promise<Connection> {
    const url = await this.#primary.url();
    try {
      return await this.#connectTo(url);
    } catch (error) {
      if (!this.#primary.isElsewhere(url, error)) throw error;
      return this.#connectTo(await this.#primary.url());
    }
  }

  async #connectTo(url: string): Promise<Connection> {
    if (this.#isClosed) throw new DatabaseUnavailableError(true, new Error('The pool is closed'));
    const pool = this.#poolTo(url);
    const generation = this.#generation;
    const client = pipelined(await pool.connect());
    try {
      await client.prepare(this.#leadsTo);
    } catch (error) {
      close(client);
      throw error;
    }
    this.restated = client.starts.restated;
    return { client, generation };
  }

  #poolTo(url: string): Pool {
    if (this.#pool?.url === url) return this.#pool.connections;
    if (this.#pool) {
      // Connections to the former primary are closed when they are returned.
      this.#generation += 1;
      void this.#pool.connections.end();
    }
    const connections = this.#open(url);
    this.#pool = { url, connections };
    return connections;
  }
}
