/** The replicas of the primary: which of them are used, and how recent their data must be for a read. */
import { setTimeout as pause } from 'node:timers/promises';
import type { AccountId } from '../../auth/caller';
import type { StatementObserver } from '../pipeline/statement-observer';
import { laterOf, timelineOf, UNREACHED, type Position } from './position';
import { PrimaryHistory, type AskPrimary } from './primary-history';
import { problemOf } from './problem';
import { Replica, type PrimaryState, type Reads, type ReplicaRole } from './replica';
import { WrittenPositions } from './written-positions';

export interface ReplicasSettings {
  /** At least one. @see replicaUrl */
  readonly urls: readonly Readonly<Record<ReplicaRole, string>>[];
  readonly poolSize: number;
  readonly preparesStatements: boolean;
  readonly onError: (error: Error) => void;
  /** Called when a replica is no longer used, and when it is used again (null). */
  readonly onChange: (address: string, problem: string | null) => void;
}

/**
 * Every read sees changes that are older than this, no matter who made them: replicas must have reached the position
 * that the primary had when it was last queried.
 */
const ASK_EVERY_MS = 500;
/** If the primary has not answered for this long, no replica is used. */
const FLOOR_MAX_AGE_MS = 2_000;

export class Replicas {
  readonly positions = new WrittenPositions();
  readonly #history = new PrimaryHistory();
  readonly #replicas: readonly Replica[];
  readonly #stopped = new AbortController();
  #running: Promise<void> | null = null;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** Why the primary's position is unknown; null if it is known, or before the first query. */
  #problem: string | null = null;
  #next = 0;

  constructor(private readonly settings: ReplicasSettings) {
    this.#replicas = settings.urls.map((urls) => new Replica({ ...settings, urls }));
  }

  start(primary: AskPrimary): void {
    this.#running ??= this.#run(primary);
  }

  /** A sentence per replica that is not read from, by its place in REPLICA_DATABASE_URL. */
  get problems(): string[] {
    if (this.#problem !== null)
      return [`No replica is used: the primary does not report its position: ${this.#problem}`];
    return this.#replicas.flatMap(({ problem }, index) =>
      problem === null ? [] : [`Replica ${index + 1} is not used: ${problem}`],
    );
  }

  /**
   * @param after the position that must have been replayed in any case.
   * @returns null if no replica may or can answer; then the primary does.
   */
  async read(
    reads: Omit<Reads, 'position' | 'mark'>,
    after: Position | null,
    observer: StatementObserver | null | undefined,
  ): Promise<unknown[][][] | null> {
    const { floor } = this.positions;
    const needed = this.positions.of(reads.accountId);
    const mark = this.#history.current?.mark;
    if (floor === null || needed === null || mark === undefined) return null;
    if (performance.now() - this.#askedAt > FLOOR_MAX_AGE_MS) return null;
    const position = after === null ? needed : laterOf(needed, after);
    // The change is on a timeline that began after the primary was queried, or its position is unknown.
    if (timelineOf(position) !== timelineOf(floor)) return null;
    return (await this.#choose()?.read({ ...reads, position, mark }, observer)) ?? null;
  }

  /**
   * @param account the account whose rows may have changed; null for several. @param position null if it is unknown.
   */
  wrote(account: AccountId | null, position: Position | null): void {
    this.positions.note(account, position ?? UNREACHED);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    for (const replica of this.#replicas) replica.close();
  }

  #choose(): Replica | null {
    const ready = this.#replicas.filter(({ problem }) => problem === null);
    this.#next = (this.#next + 1) % Math.max(ready.length, 1);
    return ready[this.#next] ?? null;
  }

  async #run(primary: AskPrimary): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      try {
        await this.#check(primary);
        this.#problem = null;
      } catch (error) {
        this.#problem = problemOf(error);
      }
      await pause(ASK_EVERY_MS, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
    }
  }

  async #check(primary: AskPrimary): Promise<void> {
    const earlier = this.positions.floor;
    const askedAt = performance.now();
    await this.positions.ask(() => this.#history.ask(primary));
    this.#askedAt = askedAt;
    const { current } = this.#history;
    if (earlier === null || current === null) return;
    // A replica that hangs delays neither the others nor the next query of the primary.
    for (const replica of this.#replicas) void this.#examine(replica, { ...current, earlier });
  }

  async #examine(replica: Replica, primary: PrimaryState): Promise<void> {
    const { problem } = replica;
    await replica.check(primary);
    if (replica.problem !== problem) this.settings.onChange(replica.address, replica.problem);
  }
}

/**
 * @param replica host, TLS and perhaps the database, without a user.
 * @param role the role's URL, of the primary.
 */
export function asRole(replica: string, role: string): string {
  const url = new URL(replica);
  const { username, password, pathname } = new URL(role);
  Object.assign(url, { username, password });
  if (url.pathname === '' || url.pathname === '/') url.pathname = pathname;
  return url.toString();
}
