/** One replica: whether it may be read from, and reads from it. */
import { setTimeout as pause } from 'node:timers/promises';
import type { AccountId } from '../../auth/caller';
import { GatewayError } from '../../errors';
import { messageOf } from '../../util/message-of';
import { isStatementTimeout, isUnavailable } from '../database-errors';
import { UnreadableValueError, type PreparedQuery } from '../pipeline/batch';
import { runFramed, type StatementObserver } from '../pipeline/statement-observer';
import { ConnectionPool } from '../pool';
import type { RoleKind } from '../setup/roles';
import { findFaults } from '../verify/verify-isolation';
import { hasReplayed, positionOf, REPLICA_STATE, type Position } from './position';

/** Keys that are restricted to rows are served by the primary: what they may see can change at any time. */
export type ReplicaRole = Exclude<RoleKind, 'restricted'>;

const ROLES: readonly ReplicaRole[] = ['tenant', 'operator'];

export interface ReplicaSettings {
  /** Of each role, on this replica. */
  readonly urls: Readonly<Record<ReplicaRole, string>>;
  readonly poolSize: number;
  readonly preparesStatements: boolean;
  readonly onError: (error: Error) => void;
}

/** The primary, when it was last asked. */
export interface PrimaryState {
  /** Cluster and database. */
  readonly identity: string;
  /** What a replica that keeps up has replayed by now. */
  readonly earlier: Position;
}

export interface Reads {
  readonly role: ReplicaRole;
  readonly accountId: AccountId | null;
  readonly queries: readonly PreparedQuery[];
  /** What follows BEGIN. */
  readonly opening: readonly PreparedQuery[];
  /** How far the replica must have come. */
  readonly position: Position;
}

type Pools = Readonly<Record<ReplicaRole, ConnectionPool>>;

const COMMIT: PreparedQuery = { name: 'commit', text: 'COMMIT', values: [] };

/** A replica that does not answer is left after this time, and its reads in flight go to the primary. */
const ANSWERS_WITHIN_MS = 1_000;
/** The first time its schema, roles and policies are compared, too. */
const ADMITS_WITHIN_MS = 5_000;

/** What the primary would answer, too. */
const isOfRequest = (error: unknown): boolean =>
  error instanceof GatewayError || error instanceof UnreadableValueError || isStatementTimeout(error);

class Left extends Error {}

export class Replica {
  /** `host:port` */
  readonly address: string;
  /** Why it is not read from; null when it is. */
  problem: string | null = 'it was not asked yet';
  #pools: Pools | null = null;
  #isChecking = false;
  #isClosed = false;
  /** Reads in flight, which end when the replica is left. */
  readonly #inFlight = new Set<(error: Error) => void>();

  constructor(private readonly settings: ReplicaSettings) {
    this.address = new URL(settings.urls.tenant).host;
  }

  /** @returns null when the replica has not come that far, or did not answer: the primary does. */
  async read(
    { role, accountId, queries, opening, position }: Reads,
    observer: StatementObserver | null | undefined,
  ): Promise<unknown[][][] | null> {
    const pools = this.#pools;
    if (!pools) return null;
    try {
      const [proof = [], ...answers] = await this.#unlessLeft(
        pools[role].use(accountId ?? '', (client) =>
          runFramed(
            client,
            [hasReplayed(position), ...queries],
            { opening: [...client.starts.read, ...opening], closing: [COMMIT] },
            observer,
          ),
        ),
      );
      return proof[0]?.[0] === true ? answers : null;
    } catch (error) {
      if (isOfRequest(error)) throw error;
      return null;
    }
  }

  /** Looks whether it may be read from, and begins or stops to. Never rejects. */
  async check(primary: PrimaryState): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    try {
      this.problem = await (this.#pools ? this.#ask(this.#pools, primary) : this.#admit(primary));
    } catch (error) {
      // Anybody may read /readyz: the driver's own words hold addresses.
      this.leave(isUnavailable(error) ? 'it cannot be reached' : messageOf(error));
    } finally {
      this.#isChecking = false;
    }
  }

  /** Its connections are closed, and its reads in flight go to the primary. */
  leave(problem: string): void {
    const pools = this.#pools;
    this.#pools = null;
    this.problem = problem;
    for (const end of this.#inFlight) end(new Left(problem));
    if (pools) closeAll(pools);
  }

  /** Permanently. */
  close(): void {
    this.#isClosed = true;
    this.leave('the gateway is stopping');
  }

  /** @returns why it is not to be read from for the moment. @throws when it must be left. */
  async #ask(pools: Pools, { identity, earlier }: PrimaryState): Promise<string | null> {
    const [[replayed, own] = []] = await within(ANSWERS_WITHIN_MS, ask(pools.tenant, REPLICA_STATE));
    if (own !== identity) throw new Error('it is no copy of the primary: another cluster or database');
    if (replayed === null) throw new Error('it is no standby any more: it was promoted');
    return positionOf(replayed) < earlier ? 'it lags behind' : null;
  }

  async #admit(primary: PrimaryState): Promise<string | null> {
    const pools = { tenant: this.#open('tenant'), operator: this.#open('operator') };
    try {
      const problem = await within(ADMITS_WITHIN_MS, this.#examine(pools, primary));
      if (this.#isClosed) throw new Error('the gateway is stopping');
      this.#pools = pools;
      return problem;
    } catch (error) {
      closeAll(pools);
      throw error;
    }
  }

  async #examine(pools: Pools, primary: PrimaryState): Promise<string | null> {
    const problem = await this.#ask(pools, primary);
    for (const role of ROLES) {
      const [fault] = await findFaults(role, (text) => ask(pools[role], { text, values: [] }));
      if (fault !== undefined) throw new Error(fault);
    }
    return problem;
  }

  #open(role: ReplicaRole): ConnectionPool {
    const { urls, poolSize: size, preparesStatements, onError } = this.settings;
    return new ConnectionPool({ url: urls[role], role, size, preparesStatements, onError, leadsTo: 'standby' });
  }

  /** @throws Left */
  async #unlessLeft<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#inFlight.add(reject);
      work.then(resolve, reject).finally(() => this.#inFlight.delete(reject));
    });
  }
}

/** Without waiting: those of a server that is gone may take their time. */
function closeAll(pools: Pools): void {
  for (const role of ROLES) void pools[role].close().catch(() => undefined);
}

const ask = (pool: ConnectionPool, query: PreparedQuery): Promise<unknown[][]> =>
  pool.use('', async (client) => {
    const [rows = []] = await runFramed(client, [query], { opening: client.starts.read, closing: [COMMIT] }, null);
    return rows;
  });

/** @throws Error when it takes longer. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = pause(milliseconds, undefined, { signal: over.signal }).then(() => {
    throw new Error('it does not answer in time');
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}
