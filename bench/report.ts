/** What every benchmark prints: medians with their spread, tables, and under which circumstances. */
import { cpus } from 'node:os';

const sorted = (values: readonly number[]): number[] => [...values].sort((left, right) => left - right);

export function median(values: readonly number[]): number {
  const ordered = sorted(values);
  const middle = Math.floor(ordered.length / 2);
  const high = ordered[middle] ?? Number.NaN;
  const low = ordered.length % 2 === 0 ? (ordered[middle - 1] ?? Number.NaN) : high;
  return (low + high) / 2;
}

/** The median, with the smallest and the largest: `1.62 (1.50–1.71)`. */
export function spread(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`;
}

/** A Markdown table. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Date and machine; figures without them say nothing. */
export function circumstances(): string {
  const processors = cpus();
  const model = processors[0]?.model ?? 'unknown processor';
  return `${new Date().toISOString().slice(0, 10)}, ${processors.length} × ${model}, Node ${process.version}`;
}

/** Runs a benchmark; a failure is printed and ends the process with 1. */
export function runBenchmark(main: () => Promise<string>): void {
  main().then(
    (report) => process.stdout.write(`${report}\n`),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exit(1);
    },
  );
}
