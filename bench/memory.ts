/** `npm run bench:memory`: the gateway's resident memory under Q2, minute by minute. */
import { SIZE_D } from './dataset';
import { measureRound } from './measure';
import { startGenerator } from './process';
import { circumstances, runBenchmark, table } from './report';
import { headersFor, launchGateway, requestText } from './servers';
import { Q2 } from './work';
import { createBenchWorld } from './world';

const MINUTES = Number(process.env['BENCH_MINUTES'] ?? 10);
const ACCOUNTS = Number(process.env['BENCH_ACCOUNTS'] ?? SIZE_D.accounts);
const MEGABYTE = 1024 * 1024;

async function main(): Promise<string> {
  const world = await createBenchWorld({ ...SIZE_D, accounts: ACCOUNTS });
  const generator = startGenerator();
  try {
    const gateway = await launchGateway(world.environment);
    try {
      const requests = world.accounts.map((account) =>
        requestText(headersFor('portcullis', account), Q2.ask('portcullis', account, Math.random())),
      );
      const rows = [['start', '', ((await gateway.usage()).resident / MEGABYTE).toFixed(0)]];
      for (let minute = 1; minute <= MINUTES; minute += 1) {
        const { rate } = await measureRound(gateway, generator, requests, 60);
        const { resident } = await gateway.usage();
        rows.push([`minute ${minute}`, rate.toFixed(0), (resident / MEGABYTE).toFixed(0)]);
      }
      return `${circumstances()}, ${ACCOUNTS} accounts\n\n${table(['', 'requests/s', 'resident MB'], rows)}`;
    } finally {
      await gateway.stop();
    }
  } finally {
    generator.stop();
    await world.close();
  }
}

runBenchmark(main);
