/** How much a key or an address may ask for in a minute, counted by cost; and how often an address may guess at keys. */
import cluster from 'node:cluster';
import {
  RateLimiterCluster,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import type { Guard } from '../auth/authenticate';
import type { Caller } from '../auth/caller';
import type { Config } from '../config';
import type { LimitStore } from '../db/limit-store';
import { GatewayError } from '../errors';

/** Seconds. */
const WINDOW = 60;

type Limits = Pick<Config, 'RATE_LIMIT_KEY' | 'RATE_LIMIT_ADDRESS' | 'RATE_LIMIT_FAILURES'>;

/** Milliseconds that a worker waits for the count of its first process. */
const ANSWER_WITHIN = 1_000;

/**
 * @param store shared by all gateways; null counts in this one: in its first process, where there are several.
 * @returns null for a limit of 0, which is none.
 */
function limiter(keyPrefix: string, points: number, store: LimitStore | null): RateLimiterAbstract | null {
  if (points === 0) return null;
  const options = { keyPrefix, points, duration: WINDOW };
  if (!store && cluster.isWorker) return new RateLimiterCluster({ ...options, timeoutMs: ANSWER_WITHIN });
  const memory = new RateLimiterMemory(options);
  if (!store) return memory;
  return new RateLimiterPostgres({
    ...options,
    storeClient: store,
    storeType: 'client',
    tableName: 'rate_limit',
    tableCreated: true,
    // Requests go on while the shared count cannot be reached.
    insuranceLimiter: memory,
  });
}

function tooMuch(what: string, milliseconds: number): GatewayError {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1_000));
  return new GatewayError('RATE_LIMITED', `${what} Come back in ${seconds} second(s).`, { retryAfterSeconds: seconds });
}

async function consume(limit: RateLimiterAbstract | null, who: string, points: number, what: string): Promise<void> {
  try {
    await limit?.consume(who, points);
  } catch (refusal) {
    throw refusal instanceof RateLimiterRes ? tooMuch(what, refusal.msBeforeNext) : refusal;
  }
}

/** What refusing costs, as many objects of an answer would. */
const REFUSAL_POINTS = { parse: 100, limit: 100, validation: 500 } as const;
type RefusalKind = keyof typeof REFUSAL_POINTS;

export class RateLimits {
  readonly #keys: RateLimiterAbstract | null;
  readonly #addresses: RateLimiterAbstract | null;
  readonly #failures: RateLimiterAbstract | null;

  constructor({ RATE_LIMIT_KEY, RATE_LIMIT_ADDRESS, RATE_LIMIT_FAILURES }: Limits, store: LimitStore | null) {
    this.#keys = limiter('key', RATE_LIMIT_KEY, store);
    this.#addresses = limiter('address', RATE_LIMIT_ADDRESS, store);
    this.#failures = limiter('failures', RATE_LIMIT_FAILURES, store);
  }

  /** @param cost objects that the answer may hold. @throws GatewayError RATE_LIMITED */
  async spend(caller: Caller | null, address: string, cost: number): Promise<void> {
    const points = Math.max(1, cost);
    if (caller) await consume(this.#keys, caller.keyId, points, 'This key has asked for too much in the last minute.');
    await consume(this.#addresses, address, points, 'This address has asked for too much in the last minute.');
  }

  /** Charges a caller for a request that was refused before it ran; what it owes is asked for at its next one. */
  chargeRefusal(caller: Caller | null, address: string, kind: RefusalKind): void {
    const points = REFUSAL_POINTS[kind];
    if (caller) void this.#keys?.penalty(caller.keyId, points);
    void this.#addresses?.penalty(address, points);
  }

  /** Slows guessing: an address whose keys were refused too often is not listened to for a while. */
  guardOf(address: string): Guard {
    const failures = this.#failures;
    return {
      admit: async () => {
        const counted = await failures?.get(address);
        if (!failures || !counted || counted.consumedPoints < failures.points) return;
        throw tooMuch('Too many bad keys came from this address.', counted.msBeforeNext);
      },
      refused: async () => {
        await failures?.penalty(address, 1);
      },
    };
  }
}
