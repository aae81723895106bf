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

export class RateLimits {
  readonly #limits: readonly Limit[];
  readonly #maxRefusalPoints: number;
  readonly #refusals = new WindowCounter();
  /** RateLimit header fields for what the caller's request has just consumed; the caller of a stream spends for hours. */
  readonly #fields = new WeakMap<Caller, string[]>();
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

  /** @param cost the number of objects the answer may hold. @throws GatewayError RATE_LIMITED */
  async spend(caller: Caller | null, address: string, cost: number): Promise<void> {
    const fields: string[] = [];
    if (caller) this.#fields.set(caller, fields);
    const names = {
      key: caller?.keyId,
      account: caller?.account?.id,
      address: networkOf(address),
    };
    for (const { name, points, consume } of this.#limits) {
      const who = names[name];
      if (who === undefined) continue;
      const account = caller?.account?.id ?? who;
      const counting = consume(who, Math.max(1, cost), account);
      const { consumedPoints, msBeforeNext } = counting instanceof Promise ? await counting : counting;
      const max = name === 'key' ? Math.min(points, caller?.access.ratePerMinute ?? points) : points;
      if (max < UNLIMITED && name !== 'address')
        fields.push(`"${name}";r=${Math.max(0, max - consumedPoints)};t=${Math.ceil(msBeforeNext / 1_000)}`);
      if (consumedPoints > max) throw tooMuch(EXHAUSTED[name], msBeforeNext);
    }
    if (caller && caller.access.limitsAbove.length > 0) await this.#spendAbove(caller, cost);
  }

  /** A key's requests also count for every key above it: children together get no more than their parent. */
  async #spendAbove({ access: { limitsAbove }, account }: Caller, cost: number): Promise<void> {
    const limit = this.#limits.find(({ name }) => name === 'key');
    for (const { keyId, ratePerMinute } of limitsAbove) {
      const counted = await limit?.consume(keyId, Math.max(1, cost), account?.id ?? keyId);
      if (counted && counted.consumedPoints > ratePerMinute)
        throw tooMuch(
          'The keys delegated from a key above this one have together requested too much in the last minute.',
          counted.msBeforeNext,
        );
    }
  }

  /** Charges a refused request to its key and account or, without a key, to its address. */
  chargeRefusal(caller: Caller | null, address: string, kind: RefusalKind): void {
    if (this.#maxRefusalPoints === 0) return;
    for (const who of payersOf(caller, address))
      this.#refusals.add(who, REFUSAL_POINTS[kind], caller?.account?.id ?? who);
  }

  /**
   * Call before any other work on a request.
   * @throws GatewayError RATE_LIMITED while the caller's refused requests have cost too much.
   */
  admit(caller: Caller | null, address: string): void {
    if (this.#maxRefusalPoints === 0) return;
    for (const [index, who] of payersOf(caller, address).entries()) {
      const { points, msLeft } = this.#refusals.read(who);
      const max = this.#maxRefusalPoints * (index === 0 ? 1 : ACCOUNT_REFUSAL_FACTOR);
      if (points >= max)
        throw tooMuch(
          `Too many requests of this ${caller ? 'key or account' : 'address'} were refused in the last minute. Correct them; the errors said what was wrong.`,
          msLeft,
        );
    }
  }

  /** The RateLimit and RateLimit-Policy headers (draft-ietf-httpapi-ratelimit-headers) of a response. */
  headersFor(caller: Caller | null): Record<string, string> {
    const fields = caller && this.#fields.get(caller);
    return fields && fields.length > 0 ? { ratelimit: fields.join(', '), 'ratelimit-policy': this.#policy } : {};
  }
}

/** Who is charged for a refusal: the key, then its account; without a key, the address. */
function payersOf(caller: Caller | null, address: string): string[] {
  if (!caller) return [`address ${networkOf(address)}`];
  return [`key ${caller.keyId}`, ...(caller.account ? [`account ${caller.account.id}`] : [])];
}
