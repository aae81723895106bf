/** Removes expired data, account by account, in small batches, one process at a time. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from './db/database';
import { accountsWithExpired, retentionOrigin } from './db/statements/retention';
import type { RetentionSettings } from './graph/request-context';
import type { Resource } from './graph/resource';
import { retentionKinds, type RetentionKind } from './resources/retention/kinds';
import type { RetentionMetrics } from './telemetry/retention-metrics';
import { messageOf } from './util/message-of';

const BATCH_ROWS = 1_000;
/** The first pass starts soon after the gateway does, once it has served its first requests. */
const FIRST_PASS_MS = 30_000;
const MINUTE_MS = 60_000;

interface HousekeeperParts {
  readonly database: Pick<Database, 'transact' | 'table'>;
  readonly resources: readonly Resource[];
  readonly settings: RetentionSettings & { readonly HOUSEKEEPING_MINUTES: number };
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** Null without an admin port. */
  readonly metrics: RetentionMetrics | null;
  /**
   * Moves a batch of an account's events older than the given days out of the audit log; null keeps all events.
   * @returns the number of events moved.
   */
  readonly archive: ((accountId: string, days: number) => Promise<number>) | null;
  /** For tests. */
  readonly batchRows?: number;
}

type Part = ReturnType<RetentionKind['parts']>[number];

/** An account that has expired rows of one table. */
interface Expired {
  readonly accountId: string;
  readonly days: number;
}

export class Housekeeper {
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;

  constructor(private readonly parts: HousekeeperParts) {}

  /** Starts the passes. */
  start(): void {
    const { HOUSEKEEPING_MINUTES: minutes } = this.parts.settings;
    if (minutes > 0) this.#schedule(Math.min(FIRST_PASS_MS, minutes * MINUTE_MS));
  }

  /** Ends after the batch that is being removed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
  }

  /**
   * One pass: removes what has expired by the time it reaches a table. Failures are logged and retried next time.
   * @returns the number of rows removed, by kind.
   */
  async pass(): Promise<ReadonlyMap<string, number>> {
    const startedAt = performance.now();
    const removed = new Map<string, number>();
    for (const kind of retentionKinds) {
      const count = await this.#kind(kind);
      if (count > 0) removed.set(kind.name, count);
    }
    this.parts.metrics?.finished((performance.now() - startedAt) / 1_000);
    if (removed.size > 0) this.parts.logger.info({ removed: Object.fromEntries(removed) }, 'Removed expired data');
    return removed;
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#running = this.pass().then(() => {
        if (!this.#stopping.signal.aborted) this.#schedule(this.parts.settings.HOUSEKEEPING_MINUTES * MINUTE_MS);
      });
    }, ms).unref();
  }

  async #kind(kind: RetentionKind): Promise<number> {
    const { database, resources } = this.parts;
    let removed = 0;
    for (const part of kind.parts(database, resources)) {
      if (part.remove === null && this.parts.archive === null) continue;
      try {
        removed += await this.#part(kind, part);
      } catch (error) {
        this.#failed(kind, error);
      }
    }
    return removed;
  }

  /** One batch of each account at a time, so that a large one does not make the others wait. */
  async #part(kind: RetentionKind, part: Part): Promise<number> {
    const { database, settings } = this.parts;
    const [rows = []] = await database.transact([
      accountsWithExpired(part.rows, kind.name, kind.defaultDays(settings)),
    ]);
    let left: Expired[] = rows.map(([accountId, days]) => ({ accountId: String(accountId), days: Number(days) }));
    let removed = 0;
    while (left.length > 0) {
      const unfinished: Expired[] = [];
      for (const expired of left) {
        if (this.#stopping.signal.aborted) return removed;
        const count = await this.#batch(kind, part, expired);
        removed += count;
        if (count > 0) unfinished.push(expired);
      }
      left = unfinished;
    }
    return removed;
  }

  /** @returns how many rows were removed; 0 also when it failed, or is another process's turn. */
  async #batch(kind: RetentionKind, { remove }: Part, { accountId, days }: Expired): Promise<number> {
    const { database, archive, metrics, batchRows = BATCH_ROWS } = this.parts;
    const startedAt = performance.now();
    try {
      let count = 0;
      if (remove === null) count = (await archive?.(accountId, days)) ?? 0;
      else {
        const reason = `Retention: ${kind.name} are kept for ${days} days`;
        const [, rows = []] = await database.transact([retentionOrigin(reason), remove(accountId, days, batchRows)]);
        count = Number(rows[0]?.[1] ?? 0);
      }
      if (count === 0) return 0;
      metrics?.removed(kind.name, count);
      // For as long as the batch took, so that it uses at most half of one connection's time.
      await wait(performance.now() - startedAt, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      return count;
    } catch (error) {
      this.#failed(kind, error);
      return 0;
    }
  }

  #failed(kind: RetentionKind, error: unknown): void {
    this.parts.metrics?.failed(kind.name);
    this.parts.logger.warn(
      { kind: kind.name, error: messageOf(error) },
      'Expired data could not be removed; the next pass tries again',
    );
  }
}
