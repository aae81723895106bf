#!/usr/bin/env node
/** portcullis: runs a command and ends with its exit code. */
import { EXIT } from './failures';
import { run } from './run';

const INTERRUPTED = 130;

/** A reader that has seen enough, as `head` does, is no failure. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
});
process.stderr.on('error', () => undefined);

process.once('SIGINT', () => process.exit(INTERRUPTED));
process.once('SIGTERM', () => process.exit(INTERRUPTED + 13));

void run(process.argv.slice(2));
