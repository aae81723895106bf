/** One round: a server under load for some seconds, and what it cost; many rounds: medians and spreads. */
import type { Generator, Running } from './process';

export const CONNECTIONS = 16;

export interface Round {
  /** Requests per second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** CPU time of the server per request, milliseconds. */
  readonly cpu: number;
}

/** @throws Error when any request was refused: a server that fails fast would win. */
export async function measureRound(
  server: Running,
  generator: Generator,
  requests: readonly string[],
  seconds: number,
): Promise<Round> {
  const before = await server.usage();
  const report = await generator.run({
    port: server.port,
    connections: CONNECTIONS,
    milliseconds: seconds * 1000,
    requests,
  });
  const after = await server.usage();
  if (report.failed > 0) throw new Error(`${report.failed} of ${report.answered} requests were not answered with 200`);
  return {
    rate: (report.answered / report.milliseconds) * 1000,
    p50: report.p50,
    p99: report.p99,
    cpu: (after.cpu - before.cpu) / 1000 / report.answered,
  };
}

const sorted = (values: readonly number[]): number[] => [...values].sort((left, right) => left - right);

export function median(values: readonly number[]): number {
  const ordered = sorted(values);
  const middle = Math.floor(ordered.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [
    ordered[ordered.length % 2 === 0 ? middle - 1 : middle],
    ordered[middle],
  ];
  return (low + high) / 2;
}

/** The median, with the smallest and the largest: `1.62 (1.50–1.71)`. */
export function spread(values: readonly number[]): string {
  const ordered = sorted(values);
  return `${median(values).toFixed(2)} (${ordered[0]?.toFixed(2)}–${ordered.at(-1)?.toFixed(2)})`;
}

/** A Markdown table. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
