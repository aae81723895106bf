/**
 * Decides whether two kinds of requests take different times, from requests that alternate: the trimmed mean of the
 * differences within each turn, with a bootstrap interval. Anything that slows down the machine slows down both
 * requests of a turn, and trimming a fifth at each end removes the rare requests that something else delayed.
 */

/** The share of the differences that is removed at each end. */
const TRIMMED_SHARE = 0.2;
const RESAMPLES = 400;
/** Standard deviations of a normal distribution beyond which 0.1 % of it lies. */
const INTERVAL_DEVIATIONS = 3.29;

export interface Difference {
  /** How many milliseconds longer the second kind takes; negative if it is faster. */
  readonly meanMs: number;
  /** The 99.9 % interval. */
  readonly lowMs: number;
  readonly highMs: number;
}

function trimmedMean(values: Float64Array): number {
  const ordered = values.toSorted();
  const cut = Math.floor(ordered.length * TRIMMED_SHARE);
  const kept = ordered.subarray(cut, ordered.length - cut);
  return kept.reduce((sum, value) => sum + value, 0) / kept.length;
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** @param first milliseconds of each turn; `second` has the same turns. */
export function pairedDifference(first: readonly number[], second: readonly number[]): Difference {
  const differences = Float64Array.from(first, (milliseconds, turn) => (second[turn] ?? Number.NaN) - milliseconds);
  const means = Array.from({ length: RESAMPLES }, () =>
    trimmedMean(differences.map(() => differences[Math.floor(Math.random() * differences.length)] ?? Number.NaN)),
  );
  const meanMs = trimmedMean(differences);
  const reach = INTERVAL_DEVIATIONS * deviation(means);
  return { meanMs, lowMs: meanMs - reach, highMs: meanMs + reach };
}

/** Whether the interval excludes zero. */
export const isDifferent = ({ lowMs, highMs }: Difference): boolean => lowMs > 0 || highMs < 0;
