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

const HEADS = ['work', 'server', 'requests/s', 'p50 ms', 'p99 ms', 'CPU ms/request', 'to PostGraphile', 'to the floor'];

type Rounds = Record<ServerName, Round[]>;

async function measureWork(
  servers: readonly Server[],
  generator: Generator,
  work: Work,
  accounts: readonly BenchAccount[],
): Promise<Rounds> {
  const rounds: Rounds = { portcullis: [], postgraphile: [], floor: [] };
  const requests = new Map(
    servers.map(({ name }) => [
      name,
      accounts.map((account) => requestText(headersFor(name, account), work.ask(name, account, Math.random()))),
    ]),
  );
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const server of servers) {
      const measured = await measureRound(server, generator, requests.get(server.name) ?? [], SECONDS);
      // The first round of each is its warm-up.
      if (round >= 0) rounds[server.name].push(measured);
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
    ];
  });
}

async function main(): Promise<string> {
  const world = await createBenchWorld({ ...SIZE_D, accounts: ACCOUNTS });
  const servers: Server[] = [];
  const generator = startGenerator();
  try {
    servers.push(...(await launchServers(world)));
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
