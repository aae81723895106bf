/** A process that runs one command and exits with its code. */
import type { Command } from 'commander';
import { EXIT } from './failures';
import { isChanging } from './gateway/client';
import { run } from './run';

const TERMINATED = 143;

function interrupt(exitCode: number): void {
  if (isChanging())
    process.stderr.write(
      '\nInterrupted while the gateway was working: the change may have been made. Check before you repeat it.\n',
    );
  process.exit(exitCode);
}

/** @param besideGateway what the program can do on the gateway's database. */
export function runProcess(besideGateway: readonly Command[]): void {
  // A reader that closes the pipe early, as `head` does, is not a failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    throw error;
  });
  process.stderr.on('error', () => undefined);
  process.once('SIGINT', () => interrupt(EXIT.interrupted));
  process.once('SIGTERM', () => interrupt(TERMINATED));
  void run(process.argv.slice(2), besideGateway);
}
