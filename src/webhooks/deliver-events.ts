/** Delivers one account's events to one webhook, in order, for as long as its lease is held. */
import type { StoredEvent } from '../audit/canonical';
import { readArchived, readCheckpoint, readEvents, type RunQuery } from '../audit/event-reader';
import type { Database } from '../db/database';
import { newId } from '../db/ids';
import type { PreparedQuery } from '../db/pipeline/batch';
import {
  advance,
  disableWebhook,
  endLease,
  eventHeads,
  logDelivery,
  postpone,
  renewLease,
} from '../db/statements/webhooks';
import { eventMessage } from './cloud-event';
import { deliver } from './delivery';
import { toSubscription, type Lease, type Subscription } from './lease';
import type { Outcome } from './outcome';
import type { Sender } from './send';

const FIRST_DELAY_MS = 5_000;
const FACTOR = 3;
const MAX_DELAY_MS = 8 * 60 * 60_000;
/** Jitter, as a fraction of the delay: deliveries that failed together should not be retried together. */
const JITTER = 0.2;
/** How long an endpoint may keep failing before its webhook is disabled. */
const MAX_FAILING_MS = 3 * 24 * 60 * 60_000;

/** @param failures consecutive failures, 1 or more. */
function retryDelayMs(failures: number): number {
  const delay = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * FACTOR ** (failures - 1));
  return Math.round(delay * (1 - JITTER + 2 * JITTER * Math.random()));
}

/**
 * How much longer a lease lasts than a delivery may take. A delivery begins within this time after its lease was
 * renewed, or not at all: so it is over before any other process can hold the lease.
 */
export const LEASE_MARGIN_MS = 5_000;
/** The number of events whose types are checked in one statement. */
const PAGE_EVENTS = 200;
/** After this time the lease is released, so that others get their turn. */
const TURN_MS = 5_000;
/** The endpoint is permanently gone (RFC 9110, 15.5.11). */
const GONE = 410;

export interface DeliverySources {
  readonly database: Database;
  readonly sender: Sender;
  /** The process's signal: ends deliveries early. */
  readonly signal: AbortSignal;
  readonly onAttempt: (outcome: Outcome, lagMs: number | null) => void;
}

interface Head {
  readonly sequence: number;
  readonly resourceType: string;
  readonly action: string;
  readonly hash: string;
}

const toHead = ([sequence, resourceType, action, hash]: readonly unknown[]): Head => ({
  sequence: Number(sequence),
  resourceType: String(resourceType),
  action: String(action),
  hash: String(hash),
});

const wants = ({ resourceTypes, actions }: Subscription, { resourceType, action }: Head): boolean =>
  (resourceTypes.length === 0 || resourceTypes.includes(resourceType)) &&
  (actions.length === 0 || actions.includes(action));

export class EventDelivery {
  readonly #leaseMs: number;
  readonly #startedAt = performance.now();
  #subscription: Subscription;
  /** The last event that needs no further attempt. */
  #position: number;
  /** Consecutive failures of the next event. */
  #failures: number;
  /** Attempts not logged yet. */
  #log: PreparedQuery[] = [];
  #isMoved = false;
  /** `performance.now()` before the lease was renewed. */
  #renewedAt = 0;

  constructor(
    private readonly lease: Lease,
    private readonly sources: DeliverySources,
  ) {
    this.#leaseMs = sources.sender.timeoutMs + LEASE_MARGIN_MS;
    this.#subscription = lease.subscription;
    this.#position = lease.position;
    this.#failures = lease.failures;
  }

  /**
   * Ends when everything is delivered, an attempt failed, or the time slice is over.
   * @throws errors of the database, or an event that cannot be read; the lease then expires by itself, which is a
   *   sufficient pause.
   */
  async run(): Promise<void> {
    let ending: PreparedQuery[] = [];
    try {
      while (!this.#isOver && (await this.#page()));
      ending = [endLease(this.lease)];
    } finally {
      await this.#write(ending);
    }
  }

  get #isOver(): boolean {
    return this.sources.signal.aborted || performance.now() - this.#startedAt > TURN_MS;
  }

  /** As the account's own role: no other account's event can be returned. */
  readonly #ask: RunQuery = async (text, values) => {
    const [rows = []] = await this.sources.database.batch('tenant', this.lease.accountId, [{ text, values }]);
    return rows;
  };

  /** Writes the progress since the last write, followed by `queries`. */
  async #write(queries: readonly PreparedQuery[]): Promise<unknown[][]> {
    const unwritten = [...this.#log, ...(this.#isMoved ? [advance(this.lease, this.#position)] : [])];
    this.#log = [];
    this.#isMoved = false;
    if (unwritten.length + queries.length === 0) return [];
    return (await this.sources.database.transact([...unwritten, ...queries])).at(-1) ?? [];
  }

  /** @returns whether there is more to do. */
  async #page(): Promise<boolean> {
    const { text, values } = eventHeads(this.lease.accountId, this.#position, PAGE_EVENTS);
    const heads = (await this.#ask(text, values)).map(toHead);
    const isFull = heads.length === PAGE_EVENTS;
    let previous = heads[0]?.sequence === this.#position ? heads.shift()?.hash : undefined;
    for (const head of heads) {
      if (wants(this.#subscription, head)) {
        if (this.#isOver || !(await this.#renew())) return false;
        if (wants(this.#subscription, head) && !(await this.#deliver(head, previous))) return false;
      }
      this.#position = head.sequence;
      this.#isMoved = true;
      previous = head.hash;
    }
    return isFull;
  }

  /** Right before a delivery: whether it is still due, from this process, and its target. */
  async #renew(): Promise<boolean> {
    this.#renewedAt = performance.now();
    const [webhook] = await this.#write([renewLease(this.lease, this.#leaseMs)]);
    if (webhook) this.#subscription = toSubscription(this.sources.database.vault, this.lease, webhook);
    return webhook !== undefined;
  }

  /** @returns whether the next event may follow. */
  async #deliver({ sequence }: Head, previous: string | null | undefined): Promise<boolean> {
    // As late as possible: what is erased until then is delivered as erased.
    const event = await this.#event(sequence);
    if (event === null) return true;
    const message = eventMessage(event, previous ?? (await this.#hashBefore(sequence)));
    if (performance.now() - this.#renewedAt > LEASE_MARGIN_MS) return false;
    const outcome = await deliver(this.sources.sender, this.#subscription, message, this.sources.signal).catch(
      (error: unknown) => {
        if (this.sources.signal.aborted) return null;
        throw error;
      },
    );
    if (outcome === null) return false;
    const isDelivered = outcome.status === 'SUCCEEDED';
    this.sources.onAttempt(outcome, isDelivered ? Math.max(0, Date.now() - Date.parse(event.at)) : null);
    if (!isDelivered) await this.#fail(sequence, outcome);
    else {
      this.#log.push(this.#logEntry(sequence, outcome, null));
      this.#failures = 0;
    }
    return isDelivered;
  }

  async #fail(sequence: number, outcome: Outcome): Promise<void> {
    const delayMs = retryDelayMs(this.#failures + 1);
    const isFirst = this.#failures === 0 || this.lease.failingSinceMs === null;
    const failingMs = isFirst ? 0 : Date.now() - this.lease.failingSinceMs;
    const isGone = outcome.responseStatus === GONE;
    const isOver = isGone || failingMs + delayMs > MAX_FAILING_MS;
    this.#log.push(this.#logEntry(sequence, outcome, isOver ? null : delayMs));
    const { accountId, id } = this.lease;
    const why = isGone
      ? `The endpoint answered event ${sequence} with 410 Gone`
      : `Deliveries have failed for 3 days, last of event ${sequence}: ${outcome.problem ?? ''}`;
    const remedy = 'Enable the webhook again when the endpoint is repaired; it continues with that event.';
    const reason = `${why.replace(/\.$/, '')}. ${remedy}`;
    await this.#write([
      postpone(this.lease, delayMs),
      ...(isOver ? disableWebhook(accountId, id, reason) : []),
      endLease(this.lease),
    ]);
  }

  #logEntry(sequence: number, outcome: Outcome, delayMs: number | null): PreparedQuery {
    const { accountId, id } = this.lease;
    const attempt = this.#failures + 1;
    return logDelivery({ ...outcome, id: newId(), accountId, webhookId: id, sequence, attempt, retryDelayMs: delayMs });
  }

  /**
   * Null when it was archived in the meantime.
   * @throws Error for an event of another account: the last check before it would leave.
   */
  async #event(sequence: number): Promise<StoredEvent | null> {
    const { accountId } = this.lease;
    for await (const event of readEvents(this.#ask, accountId, sequence - 1, 1)) {
      if (event.accountId !== accountId) throw new Error('An event of another account was read for a webhook');
      return event.sequence === sequence ? event : null;
    }
    return null;
  }

  async #hashBefore(sequence: number): Promise<string | null> {
    const { accountId } = this.lease;
    const before = await readCheckpoint(this.#ask, accountId, sequence - 1);
    return (before ?? (await readArchived(this.#ask, accountId)))?.hash ?? null;
  }
}
