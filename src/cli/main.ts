#!/usr/bin/env node
/** portcullis: runs a command and ends with its exit code. */
import { CommanderError } from 'commander';
import { CommandFailure, EXIT, messageOf, type ExitCode } from './failures';
import { note } from './output/print';
import { paintFor } from './output/text';
import { createProgram, everyCommand } from './program';

const INTERRUPTED = 130;

/** A reader that has seen enough, as `head` does, is no failure. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
});
process.stderr.on('error', () => undefined);

process.once('SIGINT', () => process.exit(INTERRUPTED));
process.once('SIGTERM', () => process.exit(INTERRUPTED + 13));

function codeOf(error: unknown): ExitCode {
  // Commander has said what was wrong.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const text = error instanceof CommandFailure ? error.message : `Unexpected: ${messageOf(error)}`;
  note(paintFor(process.stderr)('red', text));
  return error instanceof CommandFailure ? error.exitCode : EXIT.failed;
}

const program = createProgram();
everyCommand(program).forEach((one) => one.exitOverride().showHelpAfterError('(Add --help for help and examples.)'));
program.parseAsync().catch((error: unknown) => {
  process.exitCode = codeOf(error);
});
