#!/usr/bin/env node
/** portcullis: runs a command and exits with its code. */
import { EXIT } from './failures';
import { isChanging } from './gateway/client';
import { run } from './run';

const TERMINATED = 143;

/** A reader that closes the pipe early, as `head` does, is not a failure. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  throw error;
});
process.stderr.on('error', () => undefined);

function interrupt(exitCode: number): void {
  if (isChanging())
    process.stderr.write(
      '\nInterrupted while the gateway was working: the change may have been made. Check before you repeat it.\n',
    );
  process.exit(exitCode);
}

process.once('SIGINT', () => interrupt(EXIT.interrupted));
process.once('SIGTERM', () => interrupt(TERMINATED));

void run(process.argv.slice(2));
