/**
 * Finds webhooks with events to deliver and serves them, a limited number at a time, shared fairly between accounts;
 * one per process.
 */
import type { Database } from '../db/database';
import { beginWebhooks, findWebhooks, leaseWebhook, leaseWebhooks } from '../db/statements/webhooks';
import { EventDelivery, LEASE_MARGIN_MS, type DeliverySources } from './deliver-events';
import { toLease, type Lease } from './lease';
import type { Sender } from './send';

const POLL_INTERVAL_MS = 500;
/** Concurrent deliveries. */
const MAX_DELIVERIES = 32;
const MAX_DELIVERIES_PER_ACCOUNT = 4;
/** When no more than this are free, each account gets one, so that a few with slow endpoints cannot take them all. */
const SHARED_DELIVERIES = 16;

/** The maximum number of deliveries of an account. @param free how many are available to all accounts. */
export const maxPerAccount = (free: number): number => (free > SHARED_DELIVERIES ? MAX_DELIVERIES_PER_ACCOUNT : 1);

export interface DispatcherParts extends Pick<DeliverySources, 'onAttempt'> {
  readonly database: Database;
  readonly sender: Sender;
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
    await this.parts.database.transact([beginWebhooks()]);
    for (let isMore = true; isMore && this.#free > 0 && !this.#ending.signal.aborted;) {
      const free = this.#free;
      const most = maxPerAccount(free);
      const busy = [...this.#running].filter(([, count]) => count >= most).map(([id]) => id);
      // Stops where the maximum per account changes, and checks it again.
      const limit = most > 1 ? free - SHARED_DELIVERIES : free;
      const rows = await this.#lease(busy, limit);
      for (const row of rows) this.#beginWith(row);
      isMore = rows.length > 0;
    }
  }

  async #lease(busy: readonly string[], limit: number): Promise<unknown[][]> {
    const { database, sender } = this.parts;
    const leaseMs = sender.timeoutMs + LEASE_MARGIN_MS;
    if (!database.isDistributed) {
      const [rows = []] = await database.transact([leaseWebhooks(busy, limit, leaseMs)]);
      return rows;
    }
    const [found = []] = await database.transact([findWebhooks(busy, limit)]);
    if (found.length === 0) return [];
    const leases = found.map(([accountId, id]) => leaseWebhook(String(accountId), String(id), leaseMs));
    return (await database.transact(leases)).flat();
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
