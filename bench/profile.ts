/**
 * `npm run bench:profile -- Q2`: where the CPU time of a request goes, by place and by function, in the gateway and
 * beside it in the floor.
 */
import { alignedTable } from '../src/cli/tools/tables';
import { SIZE_D } from './dataset';
import { measureRound, type Bench, type Round } from './measure';
import { startGenerator, type Running } from './process';
import { runBenchmark } from './report';
import { launchBaseline, launchGateway, requestsFor, type Server } from './servers';
import type { Profile } from './usage';
import { WORKLOADS, type ServerName, type Workload } from './workloads';
import { createBenchCluster, type BenchCluster } from './cluster';

type Node = Profile['nodes'][number];
/** Microseconds of a request, by name. */
type Costs = ReadonlyMap<string, number>;

const WARM = Number(process.env['BENCH_WARM_SECONDS'] ?? 4);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 8);
const SHOWN = 50;

/** The package or source file that a frame belongs to. */
function placeOf({ callFrame: { url, functionName } }: Node): string {
  const path = url.replace(/^file:\/\//, '');
  const [, packaged] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  return packaged ?? (path.replace(/^.*\/dist\//, '') || functionName);
}

const functionOf = (node: Node): string =>
  `${node.callFrame.functionName} ${placeOf(node)}:${node.callFrame.lineNumber + 1}`;

const isIdle = ({ callFrame }: Node): boolean => callFrame.functionName === '(idle)';

function ownTimes(profile: Profile, nameOf: (node: Node) => string): Costs {
  const names = new Map(profile.nodes.filter((node) => !isIdle(node)).map((node) => [node.id, nameOf(node)]));
  const counts = new Map<string, number>();
  for (const id of profile.samples) {
    const name = names.get(id);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Time of a function with all that it calls; one that calls itself counts once. */
function wholeTimes(profile: Profile, nameOf: (node: Node) => string): Costs {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const own = new Map<number, number>();
  for (const id of profile.samples) own.set(id, (own.get(id) ?? 0) + 1);
  const found = new Map<string, number>();
  const visit = (id: number, above: ReadonlySet<string>): number => {
    const node = nodes.get(id);
    if (!node || isIdle(node)) return 0;
    const name = nameOf(node);
    const within = new Set([...above, name]);
    const total = (node.children ?? []).reduce((sum, child) => sum + visit(child, within), own.get(id) ?? 0);
    if (!above.has(name)) found.set(name, (found.get(name) ?? 0) + total);
    return total;
  };
  visit(profile.nodes[0]?.id ?? 0, new Set());
  return found;
}

interface Profiled {
  readonly profile: Profile;
  readonly round: Round;
}

/** Samples become microseconds of a request. */
function perRequest({ profile, round }: Profiled, counts: Costs): Costs {
  const all = [...ownTimes(profile, functionOf).values()].reduce((sum, count) => sum + count, 0);
  return new Map([...counts].map(([name, count]) => [name, (count / all) * round.cpu * 1000]));
}

async function profiled(server: Server, bench: Bench, work: Workload, cluster: BenchCluster): Promise<Profiled> {
  const requests = requestsFor(server, work, cluster.accounts);
  await measureRound(server, bench, requests, WARM);
  const end = await server.profile();
  const round = await measureRound(server, bench, requests, SECONDS);
  return { round, profile: await end() };
}

const microseconds = (cost: number | undefined): string => (cost ?? 0).toFixed(1);

function sideBySide(head: string, gateway: Costs, floor: Costs): string {
  const names = [...gateway].sort(([, a], [, b]) => b - a).slice(0, SHOWN);
  const rows = names.map(([name, cost]) => [name, microseconds(cost), microseconds(floor.get(name))]);
  return alignedTable([head, 'gateway, µs', 'floor, µs'], rows);
}

async function main(): Promise<string> {
  const work = WORKLOADS.find(({ name }) => name === (process.argv[2] ?? 'Q1'));
  if (!work) throw new Error(`No such work; there are ${WORKLOADS.map(({ name }) => name).join(', ')}`);
  const cluster = await createBenchCluster({ ...SIZE_D, accounts: 50 });
  const generator = startGenerator();
  const bench = { generator, databaseCpu: () => cluster.databaseCpu() };
  const running: Running[] = [];
  const add = async (name: ServerName, launched: Promise<Running>): Promise<Server> => {
    const server = { ...(await launched), name, masterKey: cluster.masterKey };
    running.push(server);
    return server;
  };
  try {
    const gateway = await profiled(await add('portcullis', launchGateway(cluster.environment)), bench, work, cluster);
    const url = work.across ? cluster.operatorUrl : cluster.tenantUrl;
    const floor = await profiled(await add('floor', launchBaseline(url)), bench, work, cluster);
    const compared = (head: string, count: (profile: Profile) => Costs): string =>
      sideBySide(head, perRequest(gateway, count(gateway.profile)), perRequest(floor, count(floor.profile)));
    const cost = ({ round }: Profiled): string => `${(round.cpu * 1000).toFixed(0)} µs`;
    return [
      `${work.name}: ${cost(gateway)} of CPU a request in the gateway, ${cost(floor)} in the floor; profiled, so both are higher than they are`,
      compared('place, own time', (profile) => ownTimes(profile, placeOf)),
      compared('function, own time', (profile) => ownTimes(profile, functionOf)),
      compared('function, with all it calls', (profile) => wholeTimes(profile, functionOf)),
    ].join('\n\n');
  } finally {
    generator.stop();
    await Promise.all(running.map((server) => server.stop()));
    await cluster.close();
  }
}

runBenchmark(main);
