/**
 * Measures streams: writes with and without followers, memory of idle followers, and the delay of events for active
 * ones.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { SIZE_D } from '../dataset/dataset';
import type { Benchmark, Table } from '../harness/benchmark';
import { Followers } from '../harness/followers';
import { contestantOf, type Harness } from '../harness/harness';
import { medianOf, type Round } from '../harness/measure';
import { headersFor, send, type Server } from '../harness/servers';
import { settings } from '../harness/settings';
import { percentile, ratios, toMegabytes } from '../harness/statistics';
import type { Usage } from '../harness/usage';
import { M } from '../workloads';

const SETTINGS = settings({
  accounts: 100,
  rounds: 7,
  seconds: 4,
  warmSeconds: 3,
  followers: 100,
  idle: 10_000,
  active: 1_000,
  eventsPerSecond: 200,
  activeSeconds: 30,
});
const UNLIMITED = { MAX_STREAMS: '0', MAX_STREAMS_PER_ACCOUNT: '0', MAX_CONNECTIONS_PER_ADDRESS: '0' };

async function writes(harness: Harness, gateway: Server): Promise<string[][]> {
  const { rounds, seconds, warmSeconds, followers: count } = SETTINGS;
  const contestant = contestantOf(gateway, M);
  await harness.measure(contestant, warmSeconds);
  const measured: Record<'off' | 'on', Round[]> = { off: [], on: [] };
  for (let round = 0; round < rounds; round += 1) {
    measured.off.push(await harness.measure(contestant, seconds));
    const followers = await Followers.open(gateway.port, gateway.cluster.accounts, count);
    measured.on.push(await harness.measure(contestant, seconds));
    followers.close();
  }
  const rate = (name: 'off' | 'on'): string => medianOf(measured[name], 'rate', 0);
  const ratio = ratios(measured.on, measured.off, (each) => each.rate);
  return [
    ['M, an audited update', '0', `${rate('off')} writes/s`],
    ['M, an audited update', `${count}`, `${rate('on')} writes/s, to none: ${ratio}`],
  ];
}

async function idle(gateway: Server): Promise<string[][]> {
  const { resident: before } = await gateway.usage();
  const followers = await Followers.open(gateway.port, gateway.cluster.accounts, SETTINGS.idle);
  await pause(5_000);
  const started = await gateway.usage();
  await pause(10_000);
  const ended = await gateway.usage();
  followers.close();
  const memory = `${toMegabytes(ended.resident)} MB resident (${toMegabytes(before)} before)`;
  return [['nothing happens', `${SETTINGS.idle}`, `${memory}, ${busy(started, ended, 10)}`]];
}

const busy = (started: Usage, ended: Usage, seconds: number): string =>
  `${((ended.cpu - started.cpu) / (seconds * 10_000)).toFixed(0)} % of one CPU`;

async function active(gateway: Server): Promise<string[][]> {
  const { active: count, eventsPerSecond, activeSeconds } = SETTINGS;
  const { accounts } = gateway.cluster;
  const followers = await Followers.open(gateway.port, accounts, count);
  const started = await gateway.usage();
  const writing: Promise<void>[] = [];
  const refused: string[] = [];
  const began = performance.now();
  for (let sent = 0; sent < eventsPerSecond * activeSeconds; sent += 1) {
    const account = accounts[sent % accounts.length];
    if (account)
      writing.push(
        send(gateway.port, headersFor(gateway, M, account), M.requestFor('portcullis', account, Math.random())).then(
          () => undefined,
          (error: unknown) => void refused.push(String(error)),
        ),
      );
    await pause(Math.max(0, began + ((sent + 1) * 1_000) / eventsPerSecond - performance.now()));
  }
  await Promise.all(writing);
  await pause(1_000);
  const ended = await gateway.usage();
  followers.close();
  const delays = [...followers.delays].sort((left, right) => left - right);
  const delay = `p50 ${percentile(delays, 0.5).toFixed(0)} ms, p99 ${percentile(delays, 0.99).toFixed(0)} ms`;
  const sent = `${Math.round(delays.length / activeSeconds)} sent/s`;
  const busyness = busy(started, ended, activeSeconds + 1);
  if (refused[0] !== undefined) process.stderr.write(`${refused.length} writes were refused: ${refused[0]}\n`);
  return [
    [
      `${eventsPerSecond} events/s`,
      `${count}`,
      `${sent}, delay ${delay}, ${busyness}; ${refused.length} of ${writing.length} writes refused`,
    ],
  ];
}

async function run(harness: Harness): Promise<Table[]> {
  const cluster = await harness.createCluster({ ...SIZE_D, accounts: SETTINGS.accounts });
  const gateway = await harness.launchGateway(cluster, UNLIMITED);
  const rows = [...(await writes(harness, gateway)), ...(await active(gateway))];
  // A new gateway, so that memory from the writes does not count as memory of streams.
  rows.push(...(await idle(await harness.launchGateway(cluster, UNLIMITED))));
  const { accounts, rounds, seconds } = SETTINGS;
  const summary = `one process, ${accounts} accounts, and one of their own for idle streams; writes: ${rounds} interleaved rounds of ${seconds} s, medians (least–most); delay: from the event's time to its arrival`;
  return [{ summary, head: ['what happens', 'followers', 'measured'], rows, page: 'docs/events.md' }];
}

export const benchmark: Benchmark = { description: 'writes with followers, idle and active streams', run };
