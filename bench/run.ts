/** `npm run bench -- NAME`: runs a benchmark, prints its tables and, with `--write`, puts them into the documentation. */
import 'reflect-metadata';
import { benchmark as adversarialBundles } from './benchmarks/adversarial-bundles';
import { benchmark as auditCost } from './benchmarks/audit-cost';
import { benchmark as auditDenials } from './benchmarks/audit-denials';
import { benchmark as auditVolume } from './benchmarks/audit-volume';
import { benchmark as compare } from './benchmarks/compare';
import { benchmark as distinct } from './benchmarks/distinct';
import { benchmark as fair } from './benchmarks/fair';
import { benchmark as growth } from './benchmarks/growth';
import { benchmark as hostile } from './benchmarks/hostile';
import { benchmark as keyUsage } from './benchmarks/key-usage';
import { benchmark as layerCosts } from './benchmarks/layer-costs';
import { benchmark as listPlans } from './benchmarks/list-plans';
import { benchmark as memory } from './benchmarks/memory';
import { benchmark as overload } from './benchmarks/overload';
import { benchmark as pooler } from './benchmarks/pooler';
import { benchmark as profile } from './benchmarks/profile';
import { benchmark as promotion } from './benchmarks/promotion';
import { benchmark as restricted } from './benchmarks/restricted';
import { benchmark as restrictedPlans } from './benchmarks/restricted-plans';
import { benchmark as retention } from './benchmarks/retention';
import { benchmark as scale } from './benchmarks/scale';
import { benchmark as soak } from './benchmarks/soak';
import { benchmark as startup } from './benchmarks/startup';
import { benchmark as statements } from './benchmarks/statements';
import { benchmark as streams } from './benchmarks/streams';
import { benchmark as telemetry } from './benchmarks/telemetry';
import { benchmark as timing } from './benchmarks/timing';
import { benchmark as workers } from './benchmarks/workers';
import type { Benchmark } from './harness/benchmark';
import { Harness } from './harness/harness';
import { printed, publish } from './harness/report';

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  compare,
  distinct,
  fair,
  growth,
  hostile,
  'adversarial-bundles': adversarialBundles,
  'audit-cost': auditCost,
  'audit-denials': auditDenials,
  'audit-volume': auditVolume,
  'key-usage': keyUsage,
  'layer-costs': layerCosts,
  'list-plans': listPlans,
  memory,
  overload,
  pooler,
  profile,
  promotion,
  restricted,
  'restricted-plans': restrictedPlans,
  retention,
  scale,
  soak,
  startup,
  statements,
  streams,
  telemetry,
  timing,
  workers,
};

function usage(): string {
  const lines = Object.entries(BENCHMARKS).map(([name, { description }]) => `  ${name.padEnd(21)}${description}`);
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
  const benchmark = BENCHMARKS[name];
  if (benchmark) return runBenchmark(name, benchmark);
  process.stderr.write(usage());
  process.exitCode = 2;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
