/** `npm run prove`: proves isolation on databases of its own, which are dropped at the end. */
import { parseArgs } from 'node:util';
import setUp from '../harness/setup';
import tearDown from '../harness/teardown';
import { Proof } from './proof';
import { asText, holds, type Report } from './report';
import { TRANSPORTS } from './transports';
import { createWorlds } from './worlds';

const HELP = `Usage: npm run prove -- [options]

  --operations N   how many operations are sent, each in both worlds (default 20000)
  --seed N         repeats the run with this seed (default: a new one)
  --transport NAME  ${Object.keys(TRANSPORTS).join(' or ')}: how they are sent (default: http)
  --database URL   a PostgreSQL server, as a superuser, on which two databases are made (default: an embedded one)
  --json           print the report as JSON
`;

const { values } = parseArgs({
  options: {
    operations: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    transport: { type: 'string', default: 'http' },
    database: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function prove(): Promise<Report> {
  const { transport } = values;
  const connect = TRANSPORTS[transport];
  if (!connect)
    throw new Error(`There is no transport ${transport}; there is ${Object.keys(TRANSPORTS).join(' and ')}.`);
  const options = { operations: Number(values.operations), seed: Number(values.seed) };
  const started = process.hrtime.bigint();
  const worlds = await createWorlds(connect);
  try {
    const result = await new Proof(worlds, (operations) => {
      if (operations % 1_000 === 0 && operations > 0) process.stderr.write(`${operations} operations compared\n`);
    }).run(options);
    const seconds = Number((process.hrtime.bigint() - started) / 1_000_000_000n);
    return { transport, ...options, ...result, seconds };
  } finally {
    await worlds.close();
  }
}

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (values.database !== undefined) process.env['TEST_DATABASE_URL'] = values.database;
  await setUp();
  try {
    const report = await prove();
    process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : asText(report));
    return holds(report) ? 0 : 1;
  } finally {
    await tearDown();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(2);
  },
);
