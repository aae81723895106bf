/** The interface between a benchmark and the runner. */
import type { Harness } from './harness';

/** The pages into which `--write` puts tables, between `<!-- bench NAME -->` and `<!-- /bench NAME -->`. */
export type Page =
  | 'README.md'
  | 'docs/access.md'
  | 'docs/performance.md'
  | 'docs/scale.md'
  | 'docs/promotion.md'
  | 'docs/audit.md'
  | 'docs/events.md'
  | 'docs/security.md'
  | 'docs/operations/hostile-requests.md'
  | 'docs/operations/overload.md'
  | 'docs/operations/retention.md'
  | 'docs/operations/soak.md'
  | 'docs/operations/telemetry.md';

export interface Table {
  /** How it was measured: rows, rounds, seconds. */
  readonly summary: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly page?: Page;
  /** For a page with several tables of a benchmark: `PART` in `<!-- bench NAME PART -->`. */
  readonly part?: string;
}

export interface Benchmark {
  /** What it measures, for the list of benchmarks. */
  readonly description: string;
  /** @returns the tables to print and publish, or text to print. */
  run(harness: Harness): Promise<readonly Table[] | string>;
}
