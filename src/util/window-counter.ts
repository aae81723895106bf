/** Counts points in fixed time windows, in bounded memory. */
import { AccountLru } from './account-lru';

/** A one-minute window in which points accumulate. */
interface CountedWindow {
  readonly points: number;
  /** Milliseconds until the count is reset. */
  readonly msLeft: number;
}

interface Count {
  points: number;
  readonly endsAt: number;
}

export const WINDOW_MS = 60_000;
const MAX_COUNTS = 50_000;
const MAX_COUNTS_PER_ACCOUNT = 1_000;

export class WindowCounter {
  readonly #counts = new AccountLru<Count>({ max: MAX_COUNTS, maxPerAccount: MAX_COUNTS_PER_ACCOUNT });

  constructor(private readonly clock: () => number = () => performance.now()) {}

  /** @param account the account whose share of memory the count uses; the name itself if there is no account. */
  add(name: string, points: number, account = name): CountedWindow {
    const now = this.clock();
    let count = this.#counts.get(name);
    if (!count || count.endsAt <= now) {
      count = { points: 0, endsAt: now + WINDOW_MS };
      this.#counts.set(account, name, count);
    }
    count.points += points;
    return { points: count.points, msLeft: count.endsAt - now };
  }

  read(name: string): CountedWindow {
    const now = this.clock();
    const count = this.#counts.get(name);
    return count && count.endsAt > now
      ? { points: count.points, msLeft: count.endsAt - now }
      : { points: 0, msLeft: WINDOW_MS };
  }
}
