/**
 * Sends hostile requests and measures their answers, times and memory, and how long a neighbour waits in the meantime.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { BODIES } from '../hostile/bodies';
import { CONNECTIONS } from '../hostile/connections';
import { DOCUMENTS } from '../hostile/documents';
import { WORK } from '../hostile/work';
import type { Attack } from '../hostile/attack';
import { Attacker, tally } from '../hostile/attacker';
import type { Benchmark, Table } from '../harness/benchmark';
import type { Harness } from '../harness/harness';
import { startNeighbour } from '../harness/process';
import { toMegabytes } from '../harness/statistics';

/** No attack, as the reference for the neighbour's latencies. */
const QUIET: Attack = { name: 'nothing', run: () => pause(3_000, ['']) };
const ATTACKS: readonly Attack[] = [QUIET, ...DOCUMENTS, ...BODIES, ...CONNECTIONS, ...WORK];

const SAMPLE_MS = 100;
/** Pause after each attack. */
const REST_MS = 500;
const NEIGHBOUR_ADDRESS = '127.0.0.2';

/** The peak memory while work runs. */
async function peakWhile(residentOf: () => Promise<number>, work: Promise<unknown>): Promise<number> {
  let [peak, isOver] = [0, false];
  const over = work.finally(() => (isOver = true));
  while (!isOver) {
    peak = Math.max(peak, await residentOf());
    await Promise.race([over, pause(SAMPLE_MS)]);
  }
  await over;
  return peak;
}

async function run(harness: Harness): Promise<Table[]> {
  const [pattern = ''] = harness.args;
  const attacks = ATTACKS.filter(({ name }) => name === QUIET.name || new RegExp(pattern).test(name));
  // Each attack has its own account, so that no attack is weakened by the limits that another has used up.
  const size = { accounts: attacks.length + 1, agents: 20, tools: 10, toolsOfAgent: 2, schedules: 20, runs: 200 };
  const cluster = await harness.createCluster(size);
  const gateway = await harness.launchGateway(cluster);
  const [own, ...others] = cluster.accounts;
  if (!own) throw new Error('There is no account');
  const neighbour = startNeighbour({ port: gateway.port, key: own.key, address: NEIGHBOUR_ADDRESS });
  harness.defer(() => neighbour.stop());
  const residentOf = async (): Promise<number> => (await gateway.usage()).resident;
  const rows: string[][] = [];
  for (const [index, attack] of attacks.entries()) {
    const account = others[index];
    if (!account) throw new Error('There are too few accounts');
    const attacker = new Attacker(gateway.port, `127.0.1.${index + 1}`, account, attack.isAnonymous !== true);
    await attack.prepare?.(attacker);
    await pause(REST_MS);
    await neighbour.report();
    await gateway.longestBlock();
    const began = performance.now();
    const work = attack.run(attacker);
    const peak = await peakWhile(residentOf, work);
    const seconds = (performance.now() - began) / 1_000;
    const { answered, failed, p50, max } = await neighbour.report();
    const block = await gateway.longestBlock();
    attacker.leave();
    const latencies = [p50, max, block].map((ms) => ms.toFixed(0));
    const answers = tally(await work);
    rows.push([attack.name, answers, seconds.toFixed(1), ...latencies, `${failed}/${answered}`, toMegabytes(peak)]);
    process.stderr.write(`${rows.at(-1)?.join(' | ') ?? ''}\n`);
  }
  const head = ['what', 'answers', 's', 'neighbour p50 ms', 'worst ms', 'longest block ms', 'failed', 'memory MB'];
  const summary = `one run of each; the neighbour sends one query after another all the time`;
  return [{ summary, head, rows, page: 'docs/operations/hostile-requests.md' }];
}

export const benchmark: Benchmark = { description: 'hostile requests and their effect on a neighbour', run };
