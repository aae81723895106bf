/** `npm run bench`: the gateway, PostGraphile 5 and the floor on the same rows, round by round, and the table. */
import { SIZE_D, type BenchAccount } from './dataset';
import { CONNECTIONS, measureRound, type Round } from './measure';
import { startGenerator, type Generator } from './process';
import { circumstances, median, runBenchmark, spread, table } from './report';
import { headersFor, launchServers, requestText, send, type Server } from './servers';
import { inCommonWords, READS, type ServerName, type Work } from './work';
import { createBenchWorld } from './world';

const number = (name: string, usual: number): number => Number(process.env[name] ?? usual);
const ACCOUNTS = number('BENCH_ACCOUNTS', SIZE_D.accounts);
const ROUNDS = number('BENCH_ROUNDS', 7);
const SECONDS = number('BENCH_SECONDS', 3);
const WORK = READS.filter(({ name }) => (process.env['BENCH_WORK'] ?? name).split(',').includes(name));

const WARM_SECONDS = number('BENCH_WARM_SECONDS', 4);

const CHECKED_ACCOUNTS = 5;

/** @throws Error when two servers do not say the same. */
async function compareAnswers(
  servers: readonly Server[],
  work: Work,
  accounts: readonly BenchAccount[],
): Promise<void> {
  for (const account of accounts.slice(0, CHECKED_ACCOUNTS)) {
    const random = Math.random();
    const answers = await Promise.all(
      servers.map(async ({ name, port }) => {
        const answer = await send(port, headersFor(name, account), work.ask(name, account, random));
        return JSON.stringify(inCommonWords(answer));
      }),
    );
    const different = servers.findIndex((_server, index) => answers[index] !== answers[0]);
    if (different < 0) continue;
    const names = [servers[0], servers[different]].map((server) => server?.name ?? '').join(' and ');
    throw new Error([`${work.name}: ${names} differ:`, answers[0], answers[different]].join('\n'));
  }
}

const HEADS = [
  'work',
  'server',
  'requests/s',
  'p50 ms',
  'p99 ms',
  'CPU ms/request',
  'to PostGraphile',
  'to the floor',
  'CPU of PostGraphile to own',
];

type Rounds = Record<ServerName, Round[]>;

const requestsFor = (server: Server, work: Work, accounts: readonly BenchAccount[]): string[] =>
  accounts.map((account) =>
    requestText(headersFor(server.name, account), work.ask(server.name, account, Math.random())),
  );

/** Every server runs all of the work before any is measured: their code is compiled by then, whichever comes first. */
async function warmUp(
  servers: readonly Server[],
  generator: Generator,
  accounts: readonly BenchAccount[],
): Promise<void> {
  for (const work of WORK) {
    for (const server of servers) {
      await measureRound(server, generator, requestsFor(server, work, accounts), WARM_SECONDS);
    }
  }
}

async function measureWork(
  servers: readonly Server[],
  generator: Generator,
  work: Work,
  accounts: readonly BenchAccount[],
): Promise<Rounds> {
  const rounds: Rounds = { portcullis: [], postgraphile: [], floor: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const server of servers) {
      rounds[server.name].push(await measureRound(server, generator, requestsFor(server, work, accounts), SECONDS));
    }
  }
  return rounds;
}

const each = (rounds: readonly Round[], one: keyof Round): number[] => rounds.map((round) => round[one]);

function ratios(ours: readonly Round[], theirs: readonly Round[]): string {
  return spread(ours.map((round, index) => round.rate / (theirs[index]?.rate ?? Number.NaN)));
}

function report(work: Work, rounds: Rounds): string[][] {
  return (Object.keys(rounds) as ServerName[]).map((name) => {
    const own = rounds[name];
    return [
      work.name,
      name,
      median(each(own, 'rate')).toFixed(0),
      median(each(own, 'p50')).toFixed(2),
      median(each(own, 'p99')).toFixed(2),
      median(each(own, 'cpu')).toFixed(3),
      ratios(own, rounds.postgraphile),
      ratios(own, rounds.floor),
      spread(own.map((round, index) => (rounds.postgraphile[index]?.cpu ?? Number.NaN) / round.cpu)),
    ];
  });
}

async function main(): Promise<string> {
  const world = await createBenchWorld({ ...SIZE_D, accounts: ACCOUNTS });
  const servers: Server[] = [];
  const generator = startGenerator();
  try {
    servers.push(...(await launchServers(world)));
    await warmUp(servers, generator, world.accounts);
    const rows: string[][] = [];
    for (const work of WORK) {
      await compareAnswers(servers, work, world.accounts);
      const rounds = await measureWork(servers, generator, work, world.accounts);
      await compareAnswers(servers, work, world.accounts);
      rows.push(...report(work, rounds));
    }
    const how = `${ACCOUNTS} accounts, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s, medians (least–most)`;
    return `${circumstances()}, ${how}\n\n${table(HEADS, rows)}`;
  } finally {
    generator.stop();
    await Promise.all(servers.map((server) => server.stop()));
    await world.close();
  }
}

runBenchmark(main);
