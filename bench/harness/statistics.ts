/** Medians, percentiles, and ratios of rounds that were measured together. */

export function median(values: readonly number[]): number {
  const ordered = [...values].sort((left, right) => left - right);
  const middle = Math.floor(ordered.length / 2);
  const high = ordered[middle] ?? Number.NaN;
  const low = ordered.length % 2 === 0 ? (ordered[middle - 1] ?? Number.NaN) : high;
  return (low + high) / 2;
}

/** @param share a share of the values, 0 to 1. @returns 0 for no values. */
export const percentile = (sorted: ArrayLike<number>, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

export const toMegabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0);

/** The median with the smallest and the largest value, `1.62 (1.50–1.71)`; empty for no values. */
export function spread(values: readonly number[]): string {
  if (values.length === 0) return '';
  return `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)})`;
}

/**
 * Ratios within each round, because anything that slowed down one server slowed down the other. Empty without the
 * other.
 */
export const ratios = <Round>(
  rounds: readonly Round[],
  others: readonly Round[] | undefined,
  valueOf: (round: Round) => number,
): string =>
  others === undefined || rounds === others
    ? ''
    : spread(
        rounds.map((round, index) => {
          const other = others[index];
          return other === undefined ? Number.NaN : valueOf(round) / valueOf(other);
        }),
      );
