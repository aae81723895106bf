/** Measures requests that never repeat: caches must not keep anything for each of them. */
import { ONE_OF_EACH, type BenchAccount } from '../dataset/dataset';
import type { Benchmark, Table } from '../harness/benchmark';
import type { Harness } from '../harness/harness';
import { settings } from '../harness/settings';
import { toMegabytes } from '../harness/statistics';
import { Attacker, tally, type Body } from '../hostile/attacker';

const SETTINGS = settings({ requests: 200_000 });
const CONNECTIONS = 8;
const QUARTERS = 4;

const FILTER = '{ tools(filter: { metadata: [{ path: ["a"], equals: ';
const WITH_VARIABLE =
  'query ($v: JSON!, $ids: [ID!]) { tools(filter: { id: { in: $ids }, metadata: [{ path: ["a"], equals: $v }] }) { totalCount } }';

/** The index makes each request unique. */
const KINDS: Readonly<Record<string, (index: number) => Body>> = {
  documents: (index) => ({ query: `query Q${index} { viewer { kind } }` }),
  aliases: (index) => ({ query: `{ a${index}: viewer { kind } }` }),
  'list literals': (index) => ({ query: `${FILTER}[${index}, [${index}]] }] }) { totalCount } }` }),
  'list variables': (index) => ({ query: WITH_VARIABLE, variables: { v: [index, [index]], ids: [`${index}`] } }),
};

async function run(harness: Harness): Promise<Table[]> {
  const cluster = await harness.createCluster({ ...ONE_OF_EACH, tools: 10 });
  const unlimited = { RATE_LIMIT_KEY: '0', RATE_LIMIT_ACCOUNT: '0' };
  const gateway = await harness.launchGateway(cluster, unlimited, ['--expose-gc']);
  const [account] = cluster.accounts as readonly [BenchAccount];
  const rows: string[][] = [];
  for (const [name, bodyOf] of Object.entries(KINDS)) {
    const attacker = new Attacker(gateway.port, '127.0.0.3', account, true);
    const heaps = [await gateway.heap()];
    const outcomes: string[] = [];
    const part = Math.ceil(SETTINGS.requests / QUARTERS);
    for (let quarter = 0; quarter < QUARTERS; quarter += 1) {
      const answers = await attacker.flood(part, CONNECTIONS, (index) => attacker.send(bodyOf(quarter * part + index)));
      outcomes.push(...answers);
      heaps.push(await gateway.heap());
    }
    attacker.leave();
    const { resident } = await gateway.usage();
    rows.push([name, tally(outcomes), ...heaps.map(toMegabytes), toMegabytes(resident)]);
    process.stderr.write(`${rows.at(-1)?.join(' | ') ?? ''}\n`);
  }
  const head = ['what never repeats', 'answers', 'heap MB before', 'a quarter', 'half', 'three', 'all', 'resident MB'];
  return [{ summary: `${SETTINGS.requests} of each`, head, rows, page: 'docs/operations/hostile-requests.md' }];
}

export const benchmark: Benchmark = { description: 'memory under requests that never repeat', run };
