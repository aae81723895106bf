/** backup and restore: the whole database in a file. */
import { createRequire } from 'node:module';
import { localCommand } from './command';

const load = createRequire(__filename);

/** They need the server's libraries, which other commands should not wait for. */
const tool = () => load('../tools/backup') as typeof import('../tools/backup');

const describe = (description: string): string =>
  `${description} Run it on the machine of the gateway, with its settings (DATABASE_URL, DATA_DIR, SECRETS_KEY).`;

export const backupCommand = localCommand(
  'backup',
  describe('Back up the database to a new file, in one snapshot, while gateways keep running.'),
  ['backup portcullis.backup'],
)
  .argument('<file>', 'the new file; must not exist')
  .action((file: string) => tool().backup(file));

export const restoreCommand = localCommand(
  'restore',
  describe('Restore a backup into an empty database, create its roles, and verify the audit logs.'),
  ['restore portcullis.backup'],
)
  .argument('<file>', 'a file written by "portcullis backup"')
  .action((file: string) => tool().restore(file));
