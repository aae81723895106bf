/** When a failed delivery is retried, and when retries end. */

const FIRST_DELAY_MS = 5_000;
const FACTOR = 3;
const MAX_DELAY_MS = 8 * 60 * 60_000;
/** Jitter, as a fraction of the delay: deliveries that failed together should not be retried together. */
const JITTER = 0.2;
/** How long an endpoint may keep failing before its webhook is disabled. */
export const MAX_FAILING_MS = 3 * 24 * 60 * 60_000;

/**
 * @param failures consecutive failures, 1 or more.
 * @param random from 0 to 1.
 */
export function retryDelayMs(failures: number, random = Math.random()): number {
  const delay = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * FACTOR ** (failures - 1));
  return Math.round(delay * (1 - JITTER + 2 * JITTER * random));
}
