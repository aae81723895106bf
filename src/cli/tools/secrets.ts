/** Rotates the secrets key of a stopped gateway: npm run --silent secrets -- rotate. If interrupted, run it again. */
import { rekeyedCheckpoints } from '../../audit/checkpoint';
import { Signer } from '../../auth/signer';
import type { Config } from '../../config';
import { keptAnswers } from '../../db/idempotency';
import { migrate } from '../../db/setup/migrate';
import { SetupError } from '../../db/setup/roles';
import { rotateSecretsKey } from '../../db/setup/rotate-secrets-key';
import { Vault } from '../../db/vault';
import { encryptedColumns } from '../../graph/mutations/encrypted-columns';
import { keptUndoLogs } from '../../promotion/apply/undo-log';
import { resources } from '../../resources';
import { existingSecretsKey, nextSecretsKey } from '../../first-start/secrets-key-file';
import { withStoppedDatabase } from './database';
import { runTool } from './run-tool';

const USAGE = `npm run --silent secrets -- rotate
  The key is in DATA_DIR: a new one takes its place there.
SECRETS_KEY=<the key> NEW_SECRETS_KEY=<64 hexadecimal digits> npm run --silent secrets -- rotate
  The key is a setting: afterwards start with the new one as SECRETS_KEY.
`;

async function rotate(config: Config, ownerUrl: string): Promise<void> {
  if (config.SECRETS_KEY !== undefined && config.NEW_SECRETS_KEY === undefined)
    throw new SetupError('SECRETS_KEY is set, so the new key must be too: NEW_SECRETS_KEY=$(openssl rand -hex 32)');
  const old = existingSecretsKey(config);
  await migrate(ownerUrl, config);
  const { key, adopt } = nextSecretsKey(config);
  const [from, to] = [new Vault(old), new Vault(key)];
  const columns = [
    ...encryptedColumns(from, to, resources),
    ...keptAnswers(from, to),
    rekeyedCheckpoints(new Signer(old), new Signer(key)),
    keptUndoLogs(from, to, resources),
  ];
  const renewed = await rotateSecretsKey(ownerUrl, from, to, columns);
  adopt();
  const lines = renewed?.map(({ table, values }) => `  ${table}: ${values}`) ?? [
    '  The database already uses the new key.',
  ];
  process.stdout.write(`The secrets key was rotated. Re-encrypted or signed again:\n${lines.join('\n')}\n`);
}

async function main(): Promise<number> {
  if (process.argv.slice(2).join(' ') !== 'rotate') {
    process.stderr.write(USAGE);
    return 2;
  }
  await withStoppedDatabase(rotate);
  return 0;
}

runTool(main);
