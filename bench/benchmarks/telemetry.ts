/**
 * Measures the cost of the access log, metrics and traces, compared with a gateway without telemetry and an earlier
 * commit.
 */
import { createServer } from 'node:http';
import { SIZE_D } from '../dataset/dataset';
import type { Benchmark, Table } from '../harness/benchmark';
import { contestantOf, type Harness } from '../harness/harness';
import { medianOf } from '../harness/measure';
import { settings } from '../harness/settings';
import { ratios } from '../harness/statistics';
import { Q1, Q2, Q3 } from '../workloads';
import { listen } from '../../test/harness/ports';

const SETTINGS = settings({ accounts: 20, rounds: 7, seconds: 2, warmSeconds: 3 });

/** A collector that accepts everything and stores nothing. */
async function startCollector(harness: Harness): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end('{}'));
  });
  harness.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${await listen(server)}`;
}

const OFF = { ACCESS_LOG: 'false', SLOW_OPERATION_MS: '0', LOG_LEVEL: 'info' };

async function run(harness: Harness): Promise<Table[]> {
  const collector = await startCollector(harness);
  const variants: readonly (readonly [name: string, environment: Record<string, string>])[] = [
    ['none', OFF],
    ['none, again', OFF],
    ['slow operations (default)', { ...OFF, SLOW_OPERATION_MS: '1000' }],
    ['access log (default)', { LOG_LEVEL: 'info' }],
    ['metrics', { ...OFF, ADMIN_PORT: '0' }],
    ['traces, one in ten', { ...OFF, OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_TRACES_SAMPLER_ARG: '0.1' }],
    ['traces, all', { ...OFF, OTEL_EXPORTER_OTLP_ENDPOINT: collector }],
  ];
  const cluster = await harness.createCluster({ ...SIZE_D, accounts: SETTINGS.accounts });
  const servers = [];
  for (const [, environment] of variants) servers.push(await harness.launchGateway(cluster, environment));
  const rows: string[][] = [];
  for (const workload of [Q1, Q2, Q3]) {
    const rounds = await harness.interleave(
      servers.map((server) => contestantOf(server, workload)),
      SETTINGS,
    );
    const nothing = rounds[0] ?? [];
    for (const [index, [name]] of variants.entries()) {
      const own = rounds[index] ?? [];
      rows.push([
        workload.name,
        name,
        medianOf(own, 'rate', 0),
        medianOf(own, 'cpu', 3),
        index === 0 ? '' : ratios(own, nothing, (round) => round.cpu),
      ]);
    }
  }
  const { accounts, rounds, seconds } = SETTINGS;
  const summary = `${accounts} accounts, ${rounds} interleaved rounds of ${seconds} s, medians (least–most)`;
  const head = ['workload', 'telemetry', 'requests/s', 'CPU ms/request', 'CPU to none'];
  return [{ summary, head, rows, page: 'docs/operations/telemetry.md' }];
}

export const benchmark: Benchmark = { description: 'the cost of the access log, metrics and traces', run };
