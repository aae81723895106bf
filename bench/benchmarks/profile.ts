/** Shows where the CPU time of a request goes, by module and by function, in the gateway and in the baseline. */
import { alignedTable } from '../../src/cli/tools/tables';
import { SIZE_D } from '../dataset/dataset';
import type { Benchmark } from '../harness/benchmark';
import { contestantOf, type Harness } from '../harness/harness';
import type { Round } from '../harness/measure';
import { launchBaseline, type Server } from '../harness/servers';
import { settings } from '../harness/settings';
import type { Profile } from '../harness/usage';
import { WORKLOADS, type Workload } from '../workloads';

type Node = Profile['nodes'][number];
/** Microseconds per request, by name. */
type Costs = ReadonlyMap<string, number>;

const SETTINGS = settings({ accounts: 50, warmSeconds: 4, seconds: 8 });
const SHOWN = 50;

/** The package or source file to which a stack frame belongs. */
function moduleOf({ callFrame: { url, functionName } }: Node): string {
  const path = url.replace(/^file:\/\//, '');
  const [, packageName] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  return packageName ?? (path.replace(/^.*\/dist\//, '') || functionName);
}

const functionOf = (node: Node): string =>
  `${node.callFrame.functionName} ${moduleOf(node)}:${node.callFrame.lineNumber + 1}`;

const isIdle = ({ callFrame }: Node): boolean => callFrame.functionName === '(idle)';

function selfTimes(profile: Profile, nameOf: (node: Node) => string): Costs {
  const names = new Map(profile.nodes.filter((node) => !isIdle(node)).map((node) => [node.id, nameOf(node)]));
  const counts = new Map<string, number>();
  for (const id of profile.samples) {
    const name = names.get(id);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** The time of a function including all calls below it; recursion counts once. */
function totalTimes(profile: Profile, nameOf: (node: Node) => string): Costs {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const own = new Map<number, number>();
  for (const id of profile.samples) own.set(id, (own.get(id) ?? 0) + 1);
  const totals = new Map<string, number>();
  const visit = (id: number, callers: ReadonlySet<string>): number => {
    const node = nodes.get(id);
    if (!node || isIdle(node)) return 0;
    const name = nameOf(node);
    const within = new Set([...callers, name]);
    const total = (node.children ?? []).reduce((sum, child) => sum + visit(child, within), own.get(id) ?? 0);
    if (!callers.has(name)) totals.set(name, (totals.get(name) ?? 0) + total);
    return total;
  };
  visit(profile.nodes[0]?.id ?? 0, new Set());
  return totals;
}

interface Profiled {
  readonly profile: Profile;
  readonly round: Round;
}

/** Converts samples to microseconds per request. */
function perRequest({ profile, round }: Profiled, counts: Costs): Costs {
  const all = [...selfTimes(profile, functionOf).values()].reduce((sum, count) => sum + count, 0);
  return new Map([...counts].map(([name, count]) => [name, (count / all) * round.cpu * 1000]));
}

async function profileServer(harness: Harness, server: Server, workload: Workload): Promise<Profiled> {
  const contestant = contestantOf(server, workload);
  await harness.measure(contestant, SETTINGS.warmSeconds);
  const end = await server.profile();
  const round = await harness.measure(contestant, SETTINGS.seconds);
  return { round, profile: await end() };
}

const microseconds = (cost: number | undefined): string => (cost ?? 0).toFixed(1);

function sideBySide(head: string, gateway: Costs, baseline: Costs): string {
  const names = [...gateway].sort(([, a], [, b]) => b - a).slice(0, SHOWN);
  const rows = names.map(([name, cost]) => [name, microseconds(cost), microseconds(baseline.get(name))]);
  return alignedTable([head, 'gateway, µs', 'baseline, µs'], rows);
}

async function run(harness: Harness): Promise<string> {
  const name = harness.args[0] ?? 'Q1';
  const workload = WORKLOADS.find((candidate) => candidate.name === name);
  if (!workload)
    throw new Error(`There is no workload ${name}; choose from ${WORKLOADS.map((each) => each.name).join(', ')}`);
  const cluster = await harness.createCluster({ ...SIZE_D, accounts: SETTINGS.accounts });
  const gateway = await profileServer(harness, await harness.launchGateway(cluster), workload);
  const launched = await launchBaseline(workload.across ? cluster.operatorUrl : cluster.tenantUrl);
  harness.defer(() => launched.stop());
  const baseline = await profileServer(harness, { ...launched, name: 'baseline', cluster }, workload);
  const compared = (head: string, count: (profile: Profile) => Costs): string =>
    sideBySide(head, perRequest(gateway, count(gateway.profile)), perRequest(baseline, count(baseline.profile)));
  const cost = ({ round }: Profiled): string => `${(round.cpu * 1000).toFixed(0)} µs`;
  return [
    `${workload.name}: ${cost(gateway)} of CPU per request in the gateway, ${cost(baseline)} in the baseline; profiling makes both higher`,
    compared('module, self time', (profile) => selfTimes(profile, moduleOf)),
    compared('function, self time', (profile) => selfTimes(profile, functionOf)),
    compared('function, total time', (profile) => totalTimes(profile, functionOf)),
  ].join('\n\n');
}

export const benchmark: Benchmark = { description: 'where the CPU time of a request goes: profile [WORKLOAD]', run };
