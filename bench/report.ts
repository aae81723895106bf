/** What every benchmark prints: medians with their spread, tables, and under which circumstances. */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { alignedTable, withTable } from '../src/cli/tools/tables';

const sorted = (values: readonly number[]): number[] => [...values].sort((left, right) => left - right);

export function median(values: readonly number[]): number {
  const ordered = sorted(values);
  const middle = Math.floor(ordered.length / 2);
  const high = ordered[middle] ?? Number.NaN;
  const low = ordered.length % 2 === 0 ? (ordered[middle - 1] ?? Number.NaN) : high;
  return (low + high) / 2;
}

/** The median, with the smallest and the largest: `1.62 (1.50–1.71)`; nothing for no values. */
export function spread(values: readonly number[]): string {
  if (values.length === 0) return '';
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`;
}

const startedAt = new Date();
const loadAtStart = loadavg()[0] ?? Number.NaN;

/** Date, machine and how busy others kept it; figures without them say nothing. */
export function circumstances(command: string): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  const given = Object.entries(process.env).filter(([name]) => name.startsWith('BENCH_'));
  const settings = given.map(([name, value]) => `${name}=${value ?? ''} `).join('');
  const when = startedAt.toISOString().slice(0, 16).replace('T', ' ');
  return `\`${settings}npm run ${command}\`: ${when} UTC, ${processors.length} × ${model}, Node ${process.version}, load ${loadAtStart.toFixed(2)} before the start`;
}

/** A Markdown table under a sentence that says where its figures come from. */
export const figures = (
  command: string,
  how: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string => `${circumstances(command)}; ${how}.\n\n${alignedTable(heads, rows)}`;

const PROJECT = join(__dirname, '../..');

/** With `--write`, puts the figures into a page between `<!-- bench name -->` and `<!-- /bench name -->`. */
export function publish(
  page: 'README.md' | 'docs/performance.md' | 'docs/promotion.md',
  name: string,
  content: string,
): void {
  if (!process.argv.includes('--write')) return;
  const path = join(PROJECT, page);
  writeFileSync(path, withTable(readFileSync(path, 'utf8'), `bench ${name}`, content));
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
