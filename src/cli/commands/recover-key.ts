/** recover-key: a new master key when all of them are lost; only on the gateway's machine. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import { EXIT } from '../failures';
import { localCommand } from './command';

/** Compiled or in TypeScript, as this file is. */
const TOOL = join(__dirname, `../tools/recover-key${extname(__filename)}`);

/** In a separate process: the other commands start fast because they load nothing of the gateway. */
async function recoverKey(): Promise<void> {
  const child = spawn(process.execPath, [...process.execArgv, TOOL], { stdio: 'inherit' });
  const ending: unknown[] = await once(child, 'close');
  process.exitCode = ending[0] === 0 ? EXIT.ok : EXIT.failure;
}

export const recoverKeyCommand = localCommand(
  'recover-key',
  'Create a new master key if all of them are lost. Run it on the machine of the gateway, with the same DATABASE_URL or DATA_DIR; it connects as the owner of the database.',
  ['recover-key', 'recover-key > master.key'],
).action(recoverKey);
