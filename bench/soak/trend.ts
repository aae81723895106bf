/** Decides whether a series grows: Mann and Kendall's test for a trend, Theil and Sen's slope for its size. */
import { median } from '../harness/statistics';

/** A quantile of the normal distribution: one in two hundred series that do not grow is reported as growing. */
const MAX_Z = 2.58;
/** The growth over the whole series, as a share of its median, that matters. */
const MAX_GROWTH = 0.05;
/** Less growth than this never matters, whatever its share: three connections instead of two. */
const MIN_STEP = 2;

export interface Trend {
  /** The number of standard deviations by which later values are larger than earlier ones. */
  readonly z: number;
  /** The growth over the whole series, in its own unit. */
  readonly growth: number;
  readonly isFlat: boolean;
}

function pairsOf(values: readonly number[]): (readonly [distance: number, difference: number])[] {
  const pairs: (readonly [number, number])[] = [];
  for (const [late, after] of values.entries())
    for (const [early, before] of values.slice(0, late).entries()) pairs.push([late - early, after - before]);
  return pairs;
}

/** The variance of the statistic, corrected for repeated values. */
function varianceOf(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const term = (count: number): number => count * (count - 1) * (2 * count + 5);
  return (term(values.length) - [...counts.values()].reduce((sum, count) => sum + term(count), 0)) / 18;
}

export function trendOf(values: readonly number[]): Trend {
  const pairs = pairsOf(values);
  const statistic = pairs.reduce((sum, [, difference]) => sum + Math.sign(difference), 0);
  const variance = varianceOf(values);
  const z = variance === 0 ? 0 : (statistic - Math.sign(statistic)) / Math.sqrt(variance);
  const growth = median(pairs.map(([distance, difference]) => difference / distance)) * (values.length - 1);
  const isLarge = growth > Math.max(MAX_GROWTH * median(values), MIN_STEP);
  return { z, growth, isFlat: !(z > MAX_Z && isLarge) };
}
