/** Implements backup and restore: the whole database in a file, next to the gateway and with the database's roles. */
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { readAccounts } from '../../audit/event-reader';
import { verifyDatabase } from '../../audit/verify-database';
import { Signer } from '../../auth/signer';
import { asAuditor } from '../../db/archive-store';
import { PLATFORM_CHAIN } from '../../db/ids';
import { backupLines, refuseWithoutTables } from '../../db/setup/backup';
import { migrate, operatorConnection } from '../../db/setup/migrate';
import { restoreLines } from '../../db/setup/restore';
import { existingSecretsKey, secretsKey } from '../../first-start/secrets-key-file';
import { linkDurably } from '../../util/durable-file';
import { CommandFailure } from '../failures';
import { unreadableFile } from '../input/files';
import { data, note } from '../output/print';
import { withDatabase } from './database';
import { messageOf } from '../../util/message-of';

/** Explains every failure. */
async function inSentences(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    throw error instanceof CommandFailure ? error : new CommandFailure(messageOf(error));
  }
}

async function* ended(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

async function writeBackup(file: string): Promise<void> {
  await withDatabase(async ({ config, ownerUrl }) => {
    await refuseWithoutTables(ownerUrl);
    const operatorUrl = await operatorConnection(ownerUrl, config);
    const unfinished = `${file}.unfinished`;
    try {
      const output = createWriteStream(unfinished, { flags: 'wx', mode: 0o600, flush: true });
      await pipeline(Readable.from(ended(backupLines(operatorUrl))), createGzip(), output);
      if (!linkDurably(unfinished, file))
        throw new CommandFailure(`${file} already exists: a backup never overwrites a file.`);
    } finally {
      await rm(unfinished, { force: true });
    }
    note(
      `${file} contains everything except the secrets key: store SECRETS_KEY, or secrets.key in DATA_DIR, elsewhere.`,
    );
  });
}

/** Read errors are reported as for any file; anything else means the backup is incomplete. */
const unreadable = (file: string, error: unknown): CommandFailure =>
  error instanceof Error && 'syscall' in error
    ? unreadableFile(file, error)
    : new CommandFailure(
        `${file} cannot be restored: it is truncated or damaged, or was not written by "portcullis backup". Nothing was changed.`,
      );

async function* linesOf(file: string): AsyncGenerator {
  const input = createReadStream(file).on('error', (error) => content.destroy(error));
  const content = createGunzip();
  const lines = createInterface({ input: input.pipe(content), crlfDelay: Infinity })[Symbol.asyncIterator]();
  for (;;) {
    let parsed: unknown;
    try {
      const next: IteratorResult<string, unknown> = await lines.next();
      if (next.done === true) return;
      parsed = JSON.parse(next.value);
    } catch (error) {
      throw unreadable(file, error);
    }
    yield parsed;
  }
}

/** @throws CommandFailure naming the accounts whose audit log has been altered. */
async function verifyChains(operatorUrl: string, { publicKey }: Signer): Promise<number> {
  return asAuditor(operatorUrl, async (query) => {
    const accounts = new Set([PLATFORM_CHAIN, ...(await readAccounts(query))]);
    let checked = 0;
    for (const account of accounts) {
      const verification = await verifyDatabase(query, account, publicKey);
      if (verification.problem)
        throw new CommandFailure(
          `Restored, but the audit log of ${account} does not verify: ${verification.problem.message}`,
        );
      checked += verification.checked;
    }
    return checked;
  });
}

async function readBackup(file: string): Promise<void> {
  await withDatabase(async ({ config, ownerUrl }) => {
    const counts = await restoreLines(ownerUrl, config, linesOf(file), (keyId) => void secretsKey(config, keyId));
    const { operatorUrl } = await migrate(ownerUrl, config);
    const events = await verifyChains(operatorUrl, new Signer(existingSecretsKey(config)));
    const rows = Object.values(counts).reduce((sum, count) => sum + count, 0);
    await data(`${rows} rows restored; ${events} audit events verified.`);
  }, true);
}

export const backup = (file: string): Promise<void> => inSentences(writeBackup(file));

export const restore = (file: string): Promise<void> => inSentences(readBackup(file));
