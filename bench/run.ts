/**
 * `npm run bench -- NAME`: runs a benchmark, prints its tables and, with `--write`, puts them into the documentation.
 */
import 'reflect-metadata';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark } from './harness/benchmark';
import { Harness } from './harness/harness';
import { printed, publish } from './harness/report';

/** Read from the sources, because compiled files of removed benchmarks may remain. */
const NAMES = readdirSync(join(__dirname, '../../bench/benchmarks')).map((file) => file.replace(/\.ts$/, ''));

const load = async (name: string): Promise<Benchmark> =>
  ((await import(join(__dirname, 'benchmarks', `${name}.js`))) as { readonly benchmark: Benchmark }).benchmark;

async function usage(): Promise<string> {
  const benchmarks = await Promise.all(NAMES.map(async (name) => ({ name, ...(await load(name)) })));
  const lines = benchmarks.map(({ name, description }) => `  ${name.padEnd(21)}${description}`);
  return ['Usage: npm run bench -- NAME [--write]', '', ...lines, ''].join('\n');
}

async function runBenchmark(name: string, benchmark: Benchmark): Promise<void> {
  const harness = new Harness(process.argv.slice(3).filter((arg) => arg !== '--write'));
  try {
    const result = await benchmark.run(harness);
    if (typeof result === 'string') {
      process.stdout.write(`${result}\n`);
      return;
    }
    for (const table of result) {
      process.stdout.write(`${printed(name, table)}\n\n`);
      if (process.argv.includes('--write')) publish(name, table);
    }
  } finally {
    await harness.close();
  }
}

async function main(): Promise<void> {
  const name = process.argv[2] ?? '';
  if (NAMES.includes(name)) return runBenchmark(name, await load(name));
  process.stderr.write(await usage());
  process.exitCode = 2;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
