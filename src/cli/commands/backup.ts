/** backup and restore: the whole database in a file. */
import { createRequire } from 'node:module';
import { localCommand } from './command';

const load = createRequire(__filename);

/** They need the server's libraries, which other commands should not wait for. */
const tool = () => load('../tools/backup') as typeof import('../tools/backup');

const beside = (description: string): string =>
  `${description} Works beside the gateway, with its settings (DATABASE_URL, DATA_DIR, SECRETS_KEY).`;

export const backupCommand = localCommand(
  'backup',
  beside('Write everything in the database to a new file, in one snapshot, while gateways go on.'),
  ['backup portcullis.backup'],
)
  .argument('<file>', 'where to write; must not exist')
  .action((file: string) => tool().backup(file));

export const restoreCommand = localCommand(
  'restore',
  beside('Fill an empty database from a backup, make its roles, and verify the audit logs.'),
  ['restore portcullis.backup'],
)
  .argument('<file>', 'what "portcullis backup" wrote')
  .action((file: string) => tool().restore(file));
