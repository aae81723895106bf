/**
 * Measures fairness: one account sends fifty times as many requests as another, whose latency is compared with its
 * latency alone.
 */
import { SIZE_D } from '../dataset/dataset';
import type { Benchmark, Table } from '../harness/benchmark';
import { separateCores } from '../harness/cores';
import type { Harness } from '../harness/harness';
import type { OpenGenerator } from '../harness/process';
import type { Server } from '../harness/servers';
import { settings } from '../harness/settings';
import { median, spread } from '../harness/statistics';
import { FLOODS, floodTexts, ownTexts } from '../overload/floods';
import { UNLIMITED } from '../overload/mix';
import type { OpenLoadReport } from '../overload/open-load';

const SETTINGS = settings({ rounds: 3, seconds: 10, rate: 30, times: 50, connections: 300 });
const OWN_ADDRESS = '127.0.0.2';
const FLOOD_ADDRESS = '127.0.1.1';
const OWN_CONNECTIONS = 20;

interface Callers {
  readonly gateway: Server;
  /**
   * Another process on the same database and core, to see what the flood costs accounts that share only the machine
   * with it.
   */
  readonly separate: Server;
  readonly own: OpenGenerator;
  readonly other: OpenGenerator;
}

interface Round {
  readonly alone: OpenLoadReport;
  readonly beside: OpenLoadReport;
  readonly flood: OpenLoadReport;
  /** The other account's latencies while the flood goes to the other process. */
  readonly control: OpenLoadReport;
}

const p99 = (report: OpenLoadReport): number => report.accepted.p99;

async function round({ gateway, separate, own, other }: Callers, flood: (typeof FLOODS)[number]): Promise<Round> {
  const { seconds, rate, times, connections } = SETTINGS;
  const [, flooding, neighbour] = gateway.cluster.accounts;
  if (!flooding || !neighbour) throw new Error('There are too few accounts');
  const milliseconds = seconds * 1_000;
  const ask = (): Promise<OpenLoadReport> =>
    own.run({
      port: gateway.port,
      address: OWN_ADDRESS,
      connections: OWN_CONNECTIONS,
      ratePerSecond: rate,
      milliseconds,
      requests: ownTexts(gateway, neighbour),
    });
  const floodOf = ({ port }: Server): Promise<OpenLoadReport> =>
    other.run({
      port,
      address: FLOOD_ADDRESS,
      connections,
      ratePerSecond: rate * times,
      milliseconds,
      requests: floodTexts(flood, flooding),
    });
  const alone = await ask();
  const [beside, flooded] = await Promise.all([ask(), floodOf(gateway)]);
  const [control] = await Promise.all([ask(), floodOf(separate)]);
  return { alone, beside, flood: flooded, control };
}

const share = (count: number, of: number): string => (of === 0 ? '' : `${((100 * count) / of).toFixed(0)} %`);

function rowOf(name: string, rounds: readonly Round[]): string[] {
  const last = rounds.at(-1)?.flood;
  const served = last?.accepted.count ?? 0;
  const ratiosOf = (other: 'beside' | 'control'): number[] =>
    rounds.map((measured) => p99(measured[other]) / p99(measured.alone));
  const sum = (countOf: (beside: OpenLoadReport) => number): number =>
    rounds.reduce((total, { beside }) => total + countOf(beside), 0);
  const medianOf = (valueOf: (round: Round) => number): string => median(rounds.map(valueOf)).toFixed(1);
  return [
    name,
    medianOf(({ alone }) => alone.accepted.p50),
    medianOf(({ beside }) => beside.accepted.p50),
    medianOf(({ alone }) => p99(alone)),
    medianOf(({ beside }) => p99(beside)),
    spread(ratiosOf('beside')),
    spread(ratiosOf('control')),
    `${sum(({ refused }) => refused.count)}`,
    `${sum(({ broken, unsent }) => broken + unsent)}`,
    median(rounds.map(({ beside, flood }) => Math.max(beside.lag.p99, flood.lag.p99))).toFixed(1),
    share(served, served + (last?.refused.count ?? 0) + (last?.unsent ?? 0)),
    Object.entries(last?.outcomes ?? {})
      .map(([outcome, count]) => `${outcome} × ${count}`)
      .join('; '),
  ];
}

async function run(harness: Harness): Promise<Table[]> {
  const { rounds, seconds, rate, times } = SETTINGS;
  const cores = separateCores();
  const cluster = await harness.createCluster({ ...SIZE_D, accounts: 10, runs: 300 });
  const gateway = await harness.launchGateway(cluster, UNLIMITED);
  const separate = await harness.launchGateway(cluster, UNLIMITED);
  cores.placeGateway(gateway);
  cores.placeGateway(separate);
  const callers = { gateway, separate, own: harness.openGenerator(), other: harness.openGenerator() };
  const [pattern = ''] = harness.args;
  const rows: string[][] = [];
  for (const flood of FLOODS.filter(({ name }) => new RegExp(pattern).test(name))) {
    // Not counted: a warm-up.
    await round(callers, flood);
    const measured: Round[] = [];
    for (let index = 0; index < rounds; index += 1) measured.push(await round(callers, flood));
    rows.push(rowOf(flood.name, measured));
    process.stderr.write(`${rows.at(-1)?.join(' | ') ?? ''}\n`);
  }
  const head = [
    'flood of the other account',
    'p50 ms alone',
    'beside',
    'p99 ms alone',
    'beside',
    'p99 to alone',
    'with the flood in another process',
    'refused',
    'broken, unsent',
    'generators late p99 ms',
    'served of the flood',
    'answers to the flood',
  ];
  const summary = `one account sends ${rate} Q1/s, the other ${rate * times}/s; ${rounds} rounds of ${seconds} s alone, ${seconds} s during the flood and ${seconds} s during a flood of another gateway process on the same core and database, medians (least–most); ${cores.sentence}`;
  return [{ summary, head, rows, page: 'docs/operations/overload.md' }];
}

export const benchmark: Benchmark = { description: "an account's latency while another floods the gateway", run };
