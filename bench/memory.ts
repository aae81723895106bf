/** `npm run bench:memory`: the gateway's resident memory under Q2, minute by minute. */
import { SIZE_D } from './dataset';
import { measureRound } from './measure';
import { startGenerator } from './process';
import { figures, publish, runBenchmark } from './report';
import { launchGateway, requestsFor } from './servers';
import { Q2 } from './workloads';
import { createBenchCluster } from './cluster';

const MINUTES = Number(process.env['BENCH_MINUTES'] ?? 10);
const ACCOUNTS = Number(process.env['BENCH_ACCOUNTS'] ?? SIZE_D.accounts);
const MEGABYTE = 1024 * 1024;

async function main(): Promise<string> {
  const cluster = await createBenchCluster({ ...SIZE_D, accounts: ACCOUNTS });
  const generator = startGenerator();
  try {
    const gateway = await launchGateway(cluster.environment);
    try {
      const server = { ...gateway, name: 'portcullis', masterKey: cluster.masterKey } as const;
      const requests = requestsFor(server, Q2, cluster.accounts);
      const bench = { generator, databaseCpu: () => cluster.databaseCpu() };
      const rows = [['start', '', ((await gateway.usage()).resident / MEGABYTE).toFixed(0)]];
      for (let minute = 1; minute <= MINUTES; minute += 1) {
        const { rate } = await measureRound(gateway, bench, requests, 60);
        const { resident } = await gateway.usage();
        rows.push([`minute ${minute}`, rate.toFixed(0), (resident / MEGABYTE).toFixed(0)]);
      }
      const how = `Q2, ${ACCOUNTS} accounts`;
      const report = figures('bench:memory', how, ['', 'requests/s', 'resident MB'], rows);
      publish('docs/performance.md', 'memory', report);
      return report;
    } finally {
      await gateway.stop();
    }
  } finally {
    generator.stop();
    await cluster.close();
  }
}

runBenchmark(main);
