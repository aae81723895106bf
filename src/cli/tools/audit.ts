/** Exports, checks and thins the audit record beside the database: npm run audit -- export | verify | archive. */
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { archiveEnd, archiveEvents } from '../../audit/archive';
import { csvLines, jsonLines, verifyExport } from '../../audit/export';
import { countEvents, readAccounts, readArchived, readEvents, type Ask } from '../../audit/read';
import { verifyChain } from '../../audit/verify';
import { Signer } from '../../auth/signer';
import { readConfig, type Config } from '../../config';
import { asAuditor } from '../../db/audit-access';
import { secretsKey } from '../../secrets';

const USAGE = `npm run --silent audit -- export [--account ID] [--format jsonl|csv] [--output FILE]
npm run --silent audit -- verify [--account ID]
npm run --silent audit -- verify --file FILE [--public-key KEY]
npm run --silent audit -- archive --account ID --before TIME    (export first: the events leave the database)
`;

const options = {
  account: { type: 'string' },
  format: { type: 'string', default: 'jsonl' },
  output: { type: 'string' },
  file: { type: 'string' },
  before: { type: 'string' },
  'public-key': { type: 'string' },
} as const;

type Values = ReturnType<typeof parse>['values'];
const parse = () => parseArgs({ options, allowPositionals: true });

const STEP = 5_000;

/** Progress on the terminal's error stream, so that standard output holds nothing but data. */
function progress(total: number): { step: () => void; end: () => void } {
  let done = 0;
  const print = (): void => {
    const share = total === 0 ? 1 : done / total;
    const bar = '#'.repeat(Math.round(share * 30)).padEnd(30, '.');
    process.stderr.write(`\r[${bar}] ${done} of ${total} events`);
  };
  return {
    step: () => {
      done += 1;
      if (done % STEP === 0) print();
    },
    end: () => {
      print();
      process.stderr.write('\n');
    },
  };
}

const accountsOf = (ask: Ask, { account }: Values): Promise<string[]> =>
  account === undefined ? readAccounts(ask) : Promise.resolve([account]);

async function exportEvents(ask: Ask, values: Values, signer: Signer): Promise<number> {
  const output: Writable = values.output === undefined ? process.stdout : createWriteStream(values.output);
  const bar = progress(await countEvents(ask, values.account ?? null));
  let titled = false;
  for (const accountId of await accountsOf(ask, values)) {
    const lines = values.format === 'csv' ? csvLines(ask, accountId) : jsonLines(ask, accountId, signer);
    for await (const line of lines) {
      if (line.startsWith('accountId,')) {
        if (titled) continue;
        titled = true;
      } else bar.step();
      if (!output.write(`${line}\n`)) await once(output, 'drain');
    }
  }
  bar.end();
  if (output !== process.stdout) {
    output.end();
    await once(output, 'finish');
  }
  return 0;
}

async function verifyDatabase(ask: Ask, values: Values): Promise<number> {
  let faults = 0;
  for (const accountId of await accountsOf(ask, values)) {
    const start = await readArchived(ask, accountId);
    const { checked, fault } = await verifyChain(readEvents(ask, accountId, start?.sequence), start);
    if (fault) faults += 1;
    process.stdout.write(`${accountId}: ${checked} events intact${fault ? `; ${fault.kind}: ${fault.message}` : ''}\n`);
  }
  return faults === 0 ? 0 : 1;
}

async function verifyFile(path: string, publicKey: string): Promise<number> {
  const verdicts = await verifyExport(createInterface({ input: createReadStream(path) }), publicKey);
  for (const { accountId, checked, start, fault } of verdicts) {
    const from = start ? ` behind event ${start.sequence}` : '';
    process.stdout.write(
      `${accountId}: ${checked} events intact${from}${fault ? `; ${fault.kind}: ${fault.message}` : ''}\n`,
    );
  }
  return verdicts.some(({ fault }) => fault) ? 1 : 0;
}

async function archive(ask: Ask, { account, before }: Values, ownerUrl: string, signer: Signer): Promise<number> {
  if (account === undefined || before === undefined) return usage();
  const end = await archiveEnd(ask, account, before);
  const removed = end ? await archiveEvents(ask, ownerUrl, signer, end) : 0;
  process.stdout.write(`${account}: ${removed} events removed\n`);
  return 0;
}

function usage(): number {
  process.stderr.write(USAGE);
  return 2;
}

function withDatabase(config: Config, work: (ask: Ask, ownerUrl: string) => Promise<number>): Promise<number> {
  const ownerUrl = config.DATABASE_URL;
  if (ownerUrl === undefined) {
    process.stderr.write('DATABASE_URL is not set: name the database whose record is meant.\n');
    return Promise.resolve(2);
  }
  return asAuditor(ownerUrl, config.OPERATOR_DATABASE_URL, (ask) => work(ask, ownerUrl));
}

async function main(): Promise<number> {
  const { values, positionals } = parse();
  const config = readConfig();
  const signer = new Signer(secretsKey(config));
  if (positionals[0] === 'verify' && values.file !== undefined)
    return verifyFile(values.file, values['public-key'] ?? signer.publicKey);
  if (positionals[0] === 'verify') return withDatabase(config, (ask) => verifyDatabase(ask, values));
  if (positionals[0] === 'export' && (values.format === 'csv' || values.format === 'jsonl'))
    return withDatabase(config, (ask) => exportEvents(ask, values, signer));
  if (positionals[0] === 'archive')
    return withDatabase(config, (ask, ownerUrl) => archive(ask, values, ownerUrl, signer));
  return usage();
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
