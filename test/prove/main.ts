/** `npm run prove`: proves isolation on its own databases, which are dropped at the end. */
import { parseArgs } from 'node:util';
import setUp from '../harness/setup';
import tearDown from '../harness/teardown';
import { KINDS } from './coverage';
import { Proof, type ProofOptions, type ProofResult } from './proof';
import { TRANSPORTS } from './transports';
import { createWorlds } from './worlds';

interface Report extends ProofOptions, ProofResult {
  readonly transport: string;
  readonly seconds: number;
}

/** Whether nothing differed and no part of the schema was omitted. */
const holds = ({ coverage, difference }: ProofResult): boolean =>
  difference === null && KINDS.every((kind) => coverage[kind].missing.length === 0);

const shown = (value: unknown): string => JSON.stringify(value, null, 2);

/** Characters shown before and after the first difference. */
const AROUND = 200;

/** The text around the first difference, from both texts. */
function excerpts(one: string, other: string): [string, string] {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const cut = (text: string): string => text.slice(Math.max(0, at - AROUND), at + AROUND);
  return [cut(one), cut(other)];
}

function asText(report: Report): string {
  const { coverage, difference, sent } = report;
  const lines = [
    `Isolation proof over ${report.transport}: ${sent.queries} queries and ${sent.mutations} mutations (${sent.asMaster} by a master key acting for the account), each in two worlds; seed ${report.seed}; ${report.seconds} s.`,
    ...KINDS.map((kind) => {
      const { reached, total, missing } = coverage[kind];
      const left = missing.length === 0 ? '' : `; not reached: ${missing.join(', ')}`;
      return `  ${kind.padEnd(12)} ${String(reached).padStart(5)} of ${total}${left}`;
    }),
  ];
  if (difference === null) {
    lines.push(`No difference in any answer, its headers or the stored rows (${sent.withErrors} answers with errors).`);
  } else {
    const [alone, crowded] = excerpts(JSON.stringify(difference.alone), JSON.stringify(difference.crowded));
    lines.push(
      `${difference.what}, for the ${difference.caller}, with the smallest operation found:`,
      shown(difference.request),
      'Where the answer without a neighbour begins to differ from the one with a neighbour (whole in --json):',
      alone,
      crowded,
    );
  }
  return `${lines.join('\n')}\n`;
}

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
