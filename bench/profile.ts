/** `npm run bench:profile -- Q2`: where the gateway's CPU time goes, by function and by package, for one piece of work. */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { alignedTable } from '../src/cli/tables';
import { SIZE_D } from './dataset';
import { measureRound } from './measure';
import { startGenerator } from './process';
import { runBenchmark } from './report';
import { launchGateway, requestsFor } from './servers';
import { WORK } from './work';
import { createBenchWorld } from './world';

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly children?: readonly number[];
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
}

const WARM = 3;
const SECONDS = 8;
const SHOWN = 60;

/** The package or source file that a frame belongs to. */
function placeOf(url: string): string {
  const path = url.replace(/^file:\/\//, '');
  const [, packaged] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  return packaged ?? path.replace(/^.*\/dist\//, '');
}

function shares(profile: Profile, nameOf: (node: Profile['nodes'][number]) => string): [string, number][] {
  const names = new Map(profile.nodes.map((node) => [node.id, nameOf(node)]));
  const idle = new Set(
    profile.nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id),
  );
  const busy = profile.samples.filter((id) => !idle.has(id));
  const counts = new Map<string, number>();
  for (const id of busy) counts.set(names.get(id) ?? '', (counts.get(names.get(id) ?? '') ?? 0) + 1);
  return [...counts]
    .map(([name, count]): [string, number] => [name, count / busy.length])
    .sort(([, a], [, b]) => b - a);
}

/** Time of a function with all that it calls; one that calls itself counts once. */
function totals(profile: Profile, nameOf: (node: Profile['nodes'][number]) => string): [string, number][] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const own = new Map<number, number>();
  for (const id of profile.samples) own.set(id, (own.get(id) ?? 0) + 1);
  const found = new Map<string, number>();
  const visit = (id: number, above: ReadonlySet<string>): number => {
    const node = nodes.get(id);
    if (!node || node.callFrame.functionName === '(idle)') return 0;
    const name = nameOf(node);
    const within = new Set([...above, name]);
    const total = (node.children ?? []).reduce((sum, child) => sum + visit(child, within), own.get(id) ?? 0);
    if (!above.has(name)) found.set(name, (found.get(name) ?? 0) + total);
    return total;
  };
  const whole = visit(profile.nodes[0]?.id ?? 0, new Set());
  return [...found].map(([name, count]): [string, number] => [name, count / whole]).sort(([, a], [, b]) => b - a);
}

const rows = (found: readonly [string, number][]): string[][] =>
  found.slice(0, SHOWN).map(([name, share]) => [name, `${(share * 100).toFixed(1)} %`]);

async function main(): Promise<string> {
  const work = WORK.find(({ name }) => name === (process.argv[2] ?? 'Q1'));
  if (!work) throw new Error(`No such work; there are ${WORK.map(({ name }) => name).join(', ')}`);
  const world = await createBenchWorld({ ...SIZE_D, accounts: 50 });
  const generator = startGenerator();
  try {
    const folder = join(world.folder, 'profile');
    await mkdir(folder);
    const gateway = await launchGateway(world.environment, [
      '--cpu-prof',
      `--cpu-prof-dir=${folder}`,
      '--cpu-prof-interval=500',
    ]);
    const server = { ...gateway, name: 'portcullis', masterKey: world.masterKey } as const;
    const requests = requestsFor(server, work, world.accounts);
    const bench = { generator, databaseCpu: () => world.databaseCpu() };
    await measureRound(gateway, bench, requests, WARM);
    const round = await measureRound(gateway, bench, requests, SECONDS);
    await gateway.stop();
    const [file = ''] = await readdir(folder);
    const profile = JSON.parse(await readFile(join(folder, file), 'utf8')) as Profile;
    const byPlace = shares(profile, ({ callFrame }) => placeOf(callFrame.url) || callFrame.functionName);
    const nameOf = ({ callFrame: { functionName, url, lineNumber } }: Profile['nodes'][number]): string =>
      `${functionName} ${placeOf(url)}:${lineNumber + 1}`;
    const byFunction = shares(profile, nameOf);
    const byTotal = totals(profile, nameOf);
    const tables = [
      alignedTable(['place', 'own time'], rows(byPlace)),
      alignedTable(['function', 'own time'], rows(byFunction)),
      alignedTable(['function', 'with all it calls'], rows(byTotal)),
    ];
    const head = `${work.name}: ${round.rate.toFixed(0)} requests/s, ${round.cpu.toFixed(3)} CPU ms/request`;
    return [head, ...tables].join('\n\n');
  } finally {
    generator.stop();
    await world.close();
  }
}

runBenchmark(main);
