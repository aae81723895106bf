/** Limits how much a key, account or address may request per minute, and how much work its refused requests may cost. */
import cluster from 'node:cluster';
import {
  RateLimiterCluster,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import type { Caller } from '../auth/caller';
import type { Config } from '../config';
import type { LimitStore } from '../db/limit-store';
import { GatewayError } from '../errors';
import { WINDOW_MS, WindowCounter } from '../util/window-counter';
import { networkOf } from './client-ip';

export type RateLimitSettings = Pick<
  Config,
  'RATE_LIMIT_KEY' | 'RATE_LIMIT_ACCOUNT' | 'RATE_LIMIT_ADDRESS' | 'RATE_LIMIT_REFUSALS'
>;

/** The stage that refused a request, which determines what the refusal cost. */
export type RefusalKind = 'http' | 'parse' | 'limit' | 'validation';
const REFUSAL_POINTS: Readonly<Record<RefusalKind, number>> = { http: 1, parse: 2, limit: 2, validation: 5 };

/** How long a worker waits for the primary process's count. */
const CLUSTER_TIMEOUT_MS = 1_000;

interface Counted {
  readonly consumedPoints: number;
  readonly msBeforeNext: number;
}

interface Limit {
  /** As named in RateLimit headers. */
  readonly name: 'key' | 'account' | 'address';
  readonly points: number;
  /** Returns a promise only if counts are stored elsewhere. */
  readonly consume: (who: string, points: number, account: string) => Counted | Promise<Counted>;
}

/** Counts in the library's store, whose promises reject with the same counts that they resolve with. */
const storedBy =
  (limiter: RateLimiterAbstract): Limit['consume'] =>
  (who, points) =>
    limiter.consume(who, points).catch((refusal: unknown) => {
      if (refusal instanceof RateLimiterRes) return refusal;
      throw refusal;
    });

/** Counts in this process while the store fails, so that requests keep working. */
function orHere(consume: Limit['consume']): Limit['consume'] {
  const here = storedHere();
  return async (who, points, account) => {
    try {
      return await consume(who, points, account);
    } catch {
      return here(who, points, account);
    }
  };
}

function storedHere(): Limit['consume'] {
  const counter = new WindowCounter();
  return (who, points, account) => {
    const counted = counter.add(who, points, account);
    return { consumedPoints: counted.points, msBeforeNext: counted.msLeft };
  };
}

/**
 * @param store shared by all gateways; null counts in this gateway: in its primary process, if it has workers.
 * @returns null for a limit of 0: no limit.
 */
function createLimit(name: Limit['name'], points: number, store: LimitStore | null): Limit | null {
  if (points === 0) return null;
  const options = { keyPrefix: name, points, duration: WINDOW_MS / 1_000 };
  const consume = (): Limit['consume'] => {
    if (!store && !cluster.isWorker) return storedHere();
    if (!store) return orHere(storedBy(new RateLimiterCluster({ ...options, timeoutMs: CLUSTER_TIMEOUT_MS })));
    const shared = {
      storeClient: store,
      storeType: 'client',
      tableName: 'rate_limit',
      tableCreated: true,
      // As in orHere().
      insuranceLimiter: new RateLimiterMemory(options),
    };
    return storedBy(new RateLimiterPostgres({ ...options, ...shared }));
  };
  return { name, points, consume: consume() };
}

function tooMuch(what: string, milliseconds: number): GatewayError {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1_000));
  return new GatewayError('RATE_LIMITED', `${what} Try again in ${seconds} second(s).`, {
    retryAfterSeconds: seconds,
  });
}

const EXHAUSTED: Readonly<Record<Limit['name'], string>> = {
  key: 'This key has requested too much in the last minute.',
  account: 'The keys of this account have together requested too much in the last minute.',
  address: 'This address has requested too much in the last minute.',
};

/** Keys can have limits of their own even if there is no general one. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** An account has several keys; a single faulty one must not block the others right away. */
const ACCOUNT_REFUSAL_FACTOR = 4;

/** The cost of an operation, and the limits to which it counts. */
interface Spending {
  readonly caller: Caller | null;
  readonly names: Readonly<Record<Limit['name'], string | undefined>>;
  readonly points: number;
}

export class RateLimits {
  readonly #limits: readonly Limit[];
  readonly #maxRefusalPoints: number;
  /** Who is charged for a refusal: the key and its account; without a key, the address. */
  readonly #refusals = { key: new WindowCounter(), account: new WindowCounter(), address: new WindowCounter() };
  readonly #policy: string;

  constructor(settings: RateLimitSettings, store: LimitStore | null) {
    this.#limits = [
      createLimit('key', settings.RATE_LIMIT_KEY || UNLIMITED, store),
      createLimit('account', settings.RATE_LIMIT_ACCOUNT, store),
      createLimit('address', settings.RATE_LIMIT_ADDRESS, store),
    ].filter((limit) => limit !== null);
    this.#maxRefusalPoints = settings.RATE_LIMIT_REFUSALS;
    const stated = this.#limits.filter(({ points }) => points < UNLIMITED);
    this.#policy = stated.map(({ name, points }) => `"${name}";q=${points};w=${WINDOW_MS / 1_000}`).join(', ');
  }

  /**
   * @param cost the number of objects the answer may hold.
   * @returns a promise only if counts are stored elsewhere.
   * @throws GatewayError RATE_LIMITED
   */
  spend(caller: Caller | null, address: string, cost: number): void | Promise<void> {
    if (caller) caller.limitsLeft = '';
    const names = { key: caller?.keyId, account: caller?.account?.id, address: networkOf(address) };
    return this.#spendFrom(0, { caller, names, points: Math.max(1, cost) });
  }

  /** One limit after another: if one refuses, the next does not count. */
  #spendFrom(first: number, spending: Spending): void | Promise<void> {
    const { caller, names, points } = spending;
    for (const [index, limit] of this.#limits.entries()) {
      const who = names[limit.name];
      if (index < first || who === undefined) continue;
      const counting = limit.consume(who, points, caller?.account?.id ?? who);
      if (counting instanceof Promise)
        return counting.then((counted) => {
          this.#check(limit, counted, spending);
          return this.#spendFrom(index + 1, spending);
        });
      this.#check(limit, counting, spending);
    }
    if (caller && caller.access.limitsAbove.length > 0) return this.#spendAbove(caller, points);
  }

  /** @throws GatewayError RATE_LIMITED */
  #check({ name, points }: Limit, { consumedPoints, msBeforeNext }: Counted, { caller }: Spending): void {
    const max = name === 'key' ? Math.min(points, caller?.access.ratePerMinute ?? points) : points;
    if (caller && max < UNLIMITED && name !== 'address') {
      const left = `"${name}";r=${Math.max(0, max - consumedPoints)};t=${Math.ceil(msBeforeNext / 1_000)}`;
      caller.limitsLeft = caller.limitsLeft === '' ? left : `${caller.limitsLeft}, ${left}`;
    }
    if (consumedPoints > max) throw tooMuch(EXHAUSTED[name], msBeforeNext);
  }

  /** A key's requests also count for every key above it: children together get no more than their parent. */
  async #spendAbove({ access: { limitsAbove }, account }: Caller, points: number): Promise<void> {
    const limit = this.#limits.find(({ name }) => name === 'key');
    for (const { keyId, ratePerMinute } of limitsAbove) {
      const counted = await limit?.consume(keyId, points, account?.id ?? keyId);
      if (counted && counted.consumedPoints > ratePerMinute)
        throw tooMuch(
          'The keys delegated from a key above this one have together requested too much in the last minute.',
          counted.msBeforeNext,
        );
    }
  }

  /** Charges a refused request to its caller. */
  chargeRefusal(caller: Caller | null, address: string, kind: RefusalKind): void {
    if (this.#maxRefusalPoints === 0) return;
    const points = REFUSAL_POINTS[kind];
    if (!caller) {
      this.#refusals.address.add(networkOf(address), points);
      return;
    }
    const { keyId, account } = caller;
    this.#refusals.key.add(keyId, points, account?.id ?? keyId);
    if (account) this.#refusals.account.add(account.id, points);
  }

  /**
   * Call before any other work on a request.
   * @throws GatewayError RATE_LIMITED while the caller's refused requests have cost too much.
   */
  admit(caller: Caller | null, address: string): void {
    if (this.#maxRefusalPoints === 0) return;
    if (!caller) {
      this.#refuseSpent('address', networkOf(address));
      return;
    }
    this.#refuseSpent('key', caller.keyId);
    if (caller.account) this.#refuseSpent('account', caller.account.id, ACCOUNT_REFUSAL_FACTOR);
  }

  /** @throws GatewayError RATE_LIMITED */
  #refuseSpent(name: Limit['name'], who: string, factor = 1): void {
    const { points, msLeft } = this.#refusals[name].read(who);
    if (points < this.#maxRefusalPoints * factor) return;
    throw tooMuch(
      `Too many requests of this ${name === 'address' ? name : 'key or account'} were refused in the last minute. Correct them; the errors said what was wrong.`,
      msLeft,
    );
  }

  /** The RateLimit and RateLimit-Policy headers (draft-ietf-httpapi-ratelimit-headers) of a response. */
  headersFor(caller: Caller | null): Record<string, string> {
    const left = caller?.limitsLeft ?? '';
    return left === '' ? {} : { ratelimit: left, 'ratelimit-policy': this.#policy };
  }
}
