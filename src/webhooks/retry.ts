/** When a delivery that failed is tried again, and when it no longer is. */

const FIRST_DELAY_MS = 5_000;
const FACTOR = 3;
const MAX_DELAY_MS = 8 * 60 * 60_000;
/** Of the delay, so that what failed together does not come back together. */
const JITTER = 0.2;
/** For so long an endpoint may fail; then its webhook is disabled. */
export const MAX_FAILING_MS = 3 * 24 * 60 * 60_000;

/**
 * @param failures in a row, 1 or more.
 * @param random from 0 to 1.
 */
export function retryDelayMs(failures: number, random = Math.random()): number {
  const delay = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * FACTOR ** (failures - 1));
  return Math.round(delay * (1 - JITTER + 2 * JITTER * random));
}
