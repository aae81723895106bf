/** Verifies and prunes the audit logs of all accounts, next to the database: npm run audit -- verify | archive. */
import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { archiveEnd, archiveEvents } from '../../audit/archive';
import { trustedPointsIn, linesOf } from '../../audit/verify-export';
import { readAccounts, type RunQuery } from '../../audit/event-reader';
import { verifyDatabase } from '../../audit/verify-database';
import { Signer } from '../../auth/signer';
import { readConfig, type Config } from '../../config';
import { asAuditor } from '../../db/archive-store';
import { operatorConnection } from '../../db/setup/migrate';
import { existingSecretsKey } from '../../first-start/secrets-key-file';
import { runTool } from './run-tool';

const USAGE = `npm run --silent audit -- verify [--account ID] [--against FILE]    (an export that was kept elsewhere)
npm run --silent audit -- archive --account ID --before TIME    (export first: the events leave the database)
To export the audit log, and to verify an exported file: portcullis audit
`;

const options = { account: { type: 'string' }, against: { type: 'string' }, before: { type: 'string' } } as const;

type Values = ReturnType<typeof parse>['values'];
const parse = () => parseArgs({ options, allowPositionals: true });

const accountsOf = (ask: RunQuery, { account }: Values): Promise<string[]> =>
  account === undefined ? readAccounts(ask) : Promise.resolve([account]);

async function verifyStoredChains(ask: RunQuery, values: Values, { publicKey }: Signer): Promise<number> {
  const { against } = values;
  let faults = 0;
  for (const accountId of await accountsOf(ask, values)) {
    const anchors = against === undefined ? [] : trustedPointsIn(linesOf(createReadStream(against, 'utf8')), accountId);
    const { checked, problem: fault } = await verifyDatabase(ask, accountId, publicKey, anchors);
    if (fault) faults += 1;
    process.stdout.write(`${accountId}: ${checked} events intact${fault ? `; ${fault.kind}: ${fault.message}` : ''}\n`);
  }
  return faults === 0 ? 0 : 1;
}

async function archive(ask: RunQuery, { account, before }: Values, ownerUrl: string, signer: Signer): Promise<number> {
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

async function withDatabase(
  config: Config,
  work: (ask: RunQuery, ownerUrl: string) => Promise<number>,
): Promise<number> {
  const ownerUrl = config.DATABASE_URL;
  if (ownerUrl === undefined) {
    process.stderr.write('DATABASE_URL is not set: set it to the database whose audit logs to use.\n');
    return 2;
  }
  const operatorUrl = await operatorConnection(ownerUrl, config);
  return asAuditor(operatorUrl, (ask) => work(ask, ownerUrl));
}

async function main(): Promise<number> {
  const { values, positionals } = parse();
  const config = readConfig();
  const signer = new Signer(existingSecretsKey(config));
  if (positionals[0] === 'verify') return withDatabase(config, (ask) => verifyStoredChains(ask, values, signer));
  if (positionals[0] === 'archive')
    return withDatabase(config, (ask, ownerUrl) => archive(ask, values, ownerUrl, signer));
  return usage();
}

runTool(main);
