/** One replica: whether it may be used, and reads from it. */
import { setTimeout as pause } from 'node:timers/promises';
import type { AccountId } from '../../auth/caller';
import type { PreparedQuery } from '../pipeline/batch';
import { runFramed, type StatementObserver } from '../pipeline/statement-observer';
import { ConnectionPool } from '../pool';
import type { RoleKind } from '../setup/roles';
import { findFaults } from '../verify/verify-isolation';
import { hasReplayed, IDENTITY, positionOf, REPLICA_STATE, timelineOf, type Position } from './position';
import type { History } from './primary-history';
import { problemOf, UNANSWERED, UnfitReplicaError } from './problem';

/** Keys that are restricted to rows are served by the primary: what they may see can change at any time. */
export type ReplicaRole = Exclude<RoleKind, 'restricted'>;

const ROLES: readonly ReplicaRole[] = ['tenant', 'operator'];

export interface ReplicaSettings {
  /** The URL of each role on this replica. */
  readonly urls: Readonly<Record<ReplicaRole, string>>;
  readonly poolSize: number;
  readonly preparesStatements: boolean;
  readonly onError: (error: Error) => void;
}

/** The state of the primary when it was last queried. */
export interface PrimaryState extends History {
  /** The position that a replica without lag has replayed by now. */
  readonly earlier: Position;
}

export interface Reads {
  readonly role: ReplicaRole;
  readonly accountId: AccountId | null;
  readonly queries: readonly PreparedQuery[];
  /** The statements after BEGIN. */
  readonly opening: readonly PreparedQuery[];
  /** The position that the replica must have replayed. */
  readonly position: Position;
  /** The mark of the primary that it must follow. */
  readonly mark: string;
}

type Pools = Readonly<Record<ReplicaRole, ConnectionPool>>;

const COMMIT: PreparedQuery = { name: 'commit', text: 'COMMIT', values: [] };

/** A replica that does not answer within this time is no longer used, and its reads in flight go to the primary. */
const ANSWERS_WITHIN_MS = 1_000;
/** The first time its schema, roles and policies are compared, too. */
const ADMITS_WITHIN_MS = 5_000;
/** A single read goes to the primary after this time: its connection may be dead while others of the replica work. */
const READS_WITHIN_MS = 2_000;

export class Replica {
  /** `host:port` */
  readonly address: string;
  /** Why it is not read from; null when it is. */
  problem: string | null = 'it has not been queried yet';
  #pools: Pools | null = null;
  #isChecking = false;
  #isClosed = false;
  /** The primary's mark that it lacked in the last check, although it had replayed far enough. */
  #lacked: string | null = null;
  /** Reads in flight, which end when the replica is no longer used. */
  readonly #inFlight = new Set<(error: Error) => void>();

  constructor(private readonly settings: ReplicaSettings) {
    this.address = new URL(settings.urls.tenant).host;
  }

  /**
   * @returns null when the replica does not follow the primary, has not come that far, did not answer in time, or failed:
   *   the primary answers then, and its failures are those that callers see.
   */
  async read(
    { role, accountId, queries, opening, position, mark }: Reads,
    observer: StatementObserver | null | undefined,
  ): Promise<unknown[][][] | null> {
    const pools = this.#pools;
    if (!pools) return null;
    try {
      const [proof = [], ...answers] = await this.#inTime(
        pools[role].use(accountId ?? '', (client) =>
          runFramed(
            client,
            [hasReplayed(position, mark), ...queries],
            { opening: [...client.starts.read, ...opening], closing: [COMMIT] },
            observer,
          ),
        ),
      );
      return proof[0]?.[0] === true ? answers : null;
    } catch {
      return null;
    }
  }

  /** Checks whether the replica may be used, and starts or stops using it. Never rejects. */
  async check(primary: PrimaryState): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    try {
      this.problem = await (this.#pools ? this.#ask(this.#pools, primary) : this.#admit(primary));
    } catch (error) {
      this.leave(problemOf(error));
    } finally {
      this.#isChecking = false;
    }
  }

  /** Its connections are closed, and its reads in flight go to the primary. */
  leave(problem: string): void {
    const pools = this.#pools;
    this.#pools = null;
    this.problem = problem;
    for (const end of this.#inFlight) end(new UnfitReplicaError(problem));
    if (pools) abandonAll(pools);
  }

  /** Stops using it permanently. */
  close(): void {
    this.#isClosed = true;
    this.leave('the gateway is stopping');
  }

  /** @returns why it must not be read from for the moment; null if it may be. @throws if it must no longer be used. */
  async #ask(pools: Pools, { mark, markedAt, earlier }: PrimaryState): Promise<string | null> {
    const [[lsn, shown] = []] = await within(ANSWERS_WITHIN_MS, ask(pools.tenant, REPLICA_STATE));
    if (lsn === null) throw new UnfitReplicaError('it is no longer a standby: it was promoted');
    const replayed = positionOf(timelineOf(markedAt), lsn);
    // Another gateway may have renewed the mark since the primary was queried, so one failure proves nothing.
    const lacked = this.#lacked;
    this.#lacked = shown !== mark && replayed >= markedAt ? mark : null;
    if (this.#lacked !== null && this.#lacked === lacked)
      throw new UnfitReplicaError('it does not follow the primary: it has a different history');
    if (replayed < earlier) return 'it lags behind';
    // The renewed mark has not arrived yet: until then its reads prove nothing, and the primary answers them.
    return shown === mark ? null : this.problem;
  }

  async #admit(primary: PrimaryState): Promise<string | null> {
    const pools = { tenant: this.#open('tenant'), operator: this.#open('operator') };
    try {
      const problem = await within(ADMITS_WITHIN_MS, this.#examine(pools, primary));
      if (this.#isClosed) throw new UnfitReplicaError('the gateway is stopping');
      this.#pools = pools;
      return problem;
    } catch (error) {
      abandonAll(pools);
      throw error;
    }
  }

  async #examine(pools: Pools, primary: PrimaryState): Promise<string | null> {
    const { identity } = primary;
    if (identity !== null) {
      const [[own] = []] = await within(ANSWERS_WITHIN_MS, ask(pools.tenant, IDENTITY));
      if (own !== identity)
        throw new UnfitReplicaError('it is not a copy of the primary: it is another cluster or database');
    }
    const problem = await this.#ask(pools, primary);
    for (const role of ROLES) {
      const [fault] = await findFaults(role, (text) => ask(pools[role], { text, values: [] }));
      if (fault !== undefined) throw new UnfitReplicaError(fault);
    }
    return problem;
  }

  #open(role: ReplicaRole): ConnectionPool {
    const { urls, poolSize: size, preparesStatements, onError } = this.settings;
    return new ConnectionPool({
      url: urls[role],
      role,
      size,
      preparesStatements,
      onError,
      leadsTo: 'standby',
      timeoutMs: READS_WITHIN_MS,
    });
  }

  /** @throws UnfitReplicaError if it takes too long, or if the replica is no longer used. */
  #inTime<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const late = setTimeout(() => reject(new UnfitReplicaError(UNANSWERED)), READS_WITHIN_MS);
      this.#inFlight.add(reject);
      const cleanUp = (): void => {
        clearTimeout(late);
        this.#inFlight.delete(reject);
      };
      work.then(resolve, reject).finally(cleanUp);
    });
  }
}

function abandonAll(pools: Pools): void {
  for (const role of ROLES) pools[role].abandon();
}

const ask = (pool: ConnectionPool, query: PreparedQuery): Promise<unknown[][]> =>
  pool.use('', async (client) => {
    const [rows = []] = await runFramed(client, [query], { opening: client.starts.read, closing: [COMMIT] }, null);
    return rows;
  });

/** @throws UnfitReplicaError when it takes longer. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const ended = new AbortController();
  const late = pause(milliseconds, undefined, { signal: ended.signal }).then(() => {
    throw new UnfitReplicaError(UNANSWERED);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    ended.abort();
  }
}
