/** Files written line by line that appear only once complete. */
import { once } from 'node:events';
import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { partialName, targetOf, unwritableFile } from './files';

export interface Sink {
  readonly write: (line: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Devices and pipes are written directly; however the program ends, no partial file remains. */
export function fileSink(path: string): Sink {
  const target = targetOf(path);
  const isSpecial = target !== null && !target.stats.isFile();
  const final = target?.path ?? path;
  const partial = isSpecial ? final : partialName(final);
  const stream = createWriteStream(partial, { flags: isSpecial ? 'w' : 'wx', mode: 0o600 });
  const discard = (): void => {
    if (!isSpecial) rmSync(partial, { force: true });
  };
  const failed = once(stream, 'error').then(([error]) => {
    discard();
    throw unwritableFile(path, error);
  });
  failed.catch(() => undefined);
  process.once('exit', discard);
  return {
    write: async (line) => {
      if (!stream.write(`${line}\n`)) await Promise.race([once(stream, 'drain'), failed]);
    },
    close: async () => {
      stream.end();
      await Promise.race([once(stream, 'close'), failed]);
      if (!isSpecial) renameSync(partial, final);
    },
  };
}
