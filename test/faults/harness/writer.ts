/** Sends one change after another, each only after the answer to the previous one is on disk. */
import { setTimeout as pause } from 'node:timers/promises';
import { Belongings } from './belongings';
import { Client, type Told } from './client';
import type { Entry, Fact, Ledger } from './ledger';
import { nextOperation, type Operation } from './operations';
import { Random } from './random';

/** The circumstances of the writers. */
export interface Surroundings {
  /** The name of the active fault. */
  fault: string;
  /** The share of requests whose client disconnects before they are answered. */
  hangUps: number;
  readonly ports: readonly number[];
  readonly ledger: Ledger;
}

export interface Identity {
  /** A unique prefix for the writer's markers. */
  readonly name: string;
  readonly key: string;
  /** For a master key, the account that it changes. */
  readonly accountId: string | null;
}

const MAX_ATTEMPTS = 6;
const MAX_HANG_UP_MS = 30;
/** The longest random pause between two attempts. */
const PAUSE_MS = 400;

export class Writer {
  readonly #own: Belongings;
  readonly #client = new Client();
  readonly #random: Random;
  #writes = 0;
  #requests = 0;

  constructor(
    private readonly identity: Identity,
    seed: number,
    private readonly around: Surroundings,
  ) {
    this.#random = new Random(seed);
    this.#own = new Belongings(this.#random);
  }

  /** Writes until told to stop. */
  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      this.#writes += 1;
      const marker = `${this.identity.name}-${this.#writes}`;
      await this.#write(nextOperation(this.#own, marker), marker, stop);
    }
    this.#client.close();
  }

  /** Half of the changes have an Idempotency-Key; those are repeated until they are acknowledged. */
  async #write(operation: Operation, marker: string, stop: AbortSignal): Promise<void> {
    const isRepeatable = this.#random.chance(0.5);
    let isUncertain = false;
    for (let attempt = 1; attempt <= (isRepeatable ? MAX_ATTEMPTS : 1); attempt += 1) {
      const { outcome, isUntrue } = await this.#attempt(operation, marker, isRepeatable);
      if (outcome === 'acknowledged' && !isUntrue) return;
      isUncertain ||= outcome !== 'refused';
      if (stop.aborted) break;
      await pause(this.#random.below(PAUSE_MS) * attempt);
    }
    if (isUncertain) operation.giveUp();
  }

  async #attempt(operation: Operation, marker: string, isRepeatable: boolean): Promise<Entry> {
    this.#requests += 1;
    const { ports, fault, hangUps, ledger } = this.around;
    const { accountId, key, name } = this.identity;
    const requestId = `${name}-request-${this.#requests}`;
    const headers = {
      'x-api-key': key,
      'x-request-id': requestId,
      ...(accountId !== null && { 'x-reason': 'faults' }),
      ...(isRepeatable && { 'idempotency-key': marker }),
    };
    const told = await this.#client.send(
      { query: operation.query, variables: { ...operation.variables, accountId } },
      {
        port: ports[this.#random.below(ports.length)] ?? 0,
        headers,
        hangUpAfterMs: this.#random.chance(hangUps) ? this.#random.below(MAX_HANG_UP_MS) : null,
      },
    );
    const { kind, creates, events } = operation;
    const entry = {
      marker,
      requestId,
      fault,
      kind,
      creates,
      events,
      isMaster: accountId !== null,
      ...judged(operation, told),
    };
    await ledger.append(entry);
    return entry;
  }
}

/** Even an answer to another change counts as acknowledged, because a caller would believe it. */
function judged(
  operation: Operation,
  { outcome, note, isUntrue, data }: Told,
): Pick<Entry, 'outcome' | 'note' | 'isUntrue' | 'secret'> & { facts: readonly Fact[] } {
  const nothing = { outcome, note, isUntrue, facts: [], secret: null };
  if (outcome !== 'acknowledged') return nothing;
  try {
    const { facts, secret = null } = operation.accept(data?.['made']);
    return { ...nothing, facts, secret };
  } catch (error) {
    return { ...nothing, isUntrue: true, note: error instanceof Error ? error.message : String(error) };
  }
}
