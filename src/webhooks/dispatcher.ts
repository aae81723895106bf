/**
 * Finds webhooks with events to deliver and serves them, a limited number at a time, shared fairly between accounts;
 * one per process.
 */
import type { Database } from '../db/database';
import { beginWebhooks, leaseWebhooks, pruneDeliveries } from '../db/statements/webhooks';
import { EventDelivery, LEASE_MARGIN_MS, type DeliverySources } from './deliver-events';
import { toLease, type Lease } from './lease';
import type { Sender } from './send';

const POLL_INTERVAL_MS = 500;
const PRUNE_INTERVAL_MS = 60 * 60_000;
/** Concurrent deliveries. */
const MAX_DELIVERIES = 32;
/** Per account: a slow endpoint occupies no more of them. */
const MAX_DELIVERIES_PER_ACCOUNT = 4;

export interface DispatcherParts extends Pick<DeliverySources, 'onAttempt'> {
  readonly database: Database;
  readonly sender: Sender;
  /** How long deliveries stay in the log. */
  readonly logDays: number;
  readonly onError: (error: unknown) => void;
}

export class WebhookDispatcher {
  readonly #ending = new AbortController();
  /** Deliveries in progress, by account. */
  readonly #running = new Map<string, number>();
  readonly #work = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | null = null;
  #polling: Promise<void> | null = null;
  #isFailing = false;
  #prunedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: DispatcherParts) {}

  start(): void {
    this.#timer = setInterval(() => this.poll(), POLL_INTERVAL_MS).unref();
    this.poll();
  }

  /** Looks for events to deliver, unless already doing so. */
  poll(): void {
    if (this.#ending.signal.aborted) return;
    this.#polling ??= this.#serve()
      .then(
        () => (this.#isFailing = false),
        (error: unknown) => {
          // Once per outage.
          if (!this.#isFailing) this.parts.onError(error);
          this.#isFailing = true;
        },
      )
      .then(() => void (this.#polling = null));
  }

  /** Ends deliveries in progress; those without a response are delivered again. */
  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#ending.abort();
    await this.#polling;
    await Promise.all(this.#work);
  }

  get #free(): number {
    return MAX_DELIVERIES - this.#work.size;
  }

  async #serve(): Promise<void> {
    const { database, logDays, sender } = this.parts;
    const isToPrune = performance.now() - this.#prunedAt > PRUNE_INTERVAL_MS;
    await database.transact([beginWebhooks(), ...(isToPrune ? [pruneDeliveries(logDays)] : [])]);
    if (isToPrune) this.#prunedAt = performance.now();
    for (let isMore = true; isMore && this.#free > 0 && !this.#ending.signal.aborted;) {
      const busy = [...this.#running].filter(([, count]) => count >= MAX_DELIVERIES_PER_ACCOUNT).map(([id]) => id);
      const [rows = []] = await database.transact([
        leaseWebhooks(busy, this.#free, sender.timeoutMs + LEASE_MARGIN_MS),
      ]);
      for (const row of rows) this.#beginWith(row);
      isMore = rows.length > 0;
    }
  }

  /** An unreadable webhook does not hold up the others. */
  #beginWith(row: readonly unknown[]): void {
    try {
      this.#begin(toLease(this.parts.database.vault, row));
    } catch (error) {
      this.parts.onError(error);
    }
  }

  #begin(lease: Lease): void {
    const { accountId } = lease;
    const count = (change: number): void => {
      const running = (this.#running.get(accountId) ?? 0) + change;
      if (running > 0) this.#running.set(accountId, running);
      else this.#running.delete(accountId);
    };
    count(1);
    const delivery = new EventDelivery(lease, { ...this.parts, signal: this.#ending.signal });
    const work = delivery
      .run()
      .catch(this.parts.onError)
      .finally(() => {
        count(-1);
        this.#work.delete(work);
        // It may have more events, and there is room for others.
        this.poll();
      });
    this.#work.add(work);
  }
}
