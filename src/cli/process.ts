/** A process that runs one command: every failure becomes a sentence on standard error and an exit code. */
import { CommanderError, type Command } from 'commander';
import { CommandFailure, EXIT, Interrupted, type ExitCode } from './failures';
import { isChanging } from './gateway/client';
import { note } from './output/print';
import { paintFor, visible } from './output/text';
import { createProgram } from './program';
import { messageOf } from '../util/message-of';

function codeOf(error: unknown, args: readonly string[]): ExitCode {
  if (error instanceof Interrupted) return EXIT.interrupted;
  if (error instanceof CommanderError) {
    // Commander has already printed the error.
    if (error.exitCode === 0) return EXIT.ok;
    return args.includes('--detailed-exitcode') ? EXIT.failure : EXIT.usage;
  }
  const text = error instanceof CommandFailure ? error.message : `Unexpected: ${messageOf(error)}`;
  note(paintFor(process.stderr)('red', visible(text)));
  return error instanceof CommandFailure ? error.exitCode : EXIT.failure;
}

function prepare(command: Command): void {
  command.exitOverride().showHelpAfterError('(Add --help for help and examples.)');
  command.commands.forEach(prepare);
}

/**
 * Sets the exit code of the process.
 * @param args the arguments after the name of the program.
 * @param databaseCommands commands that work on the gateway's database.
 */
export async function run(args: readonly string[], databaseCommands: readonly Command[]): Promise<void> {
  const program = createProgram(databaseCommands);
  prepare(program);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = codeOf(error, args);
  }
}

const TERMINATED = 143;

function interrupt(exitCode: number): void {
  if (isChanging())
    process.stderr.write(
      '\nInterrupted while the gateway was working: the change may have been made. Check before you repeat it.\n',
    );
  process.exit(exitCode);
}

/** @param databaseCommands commands that work on the gateway's database. */
export function runProcess(databaseCommands: readonly Command[]): void {
  // A reader that closes the pipe early, as `head` does, is not a failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    throw error;
  });
  process.stderr.on('error', () => undefined);
  process.once('SIGINT', () => interrupt(EXIT.interrupted));
  process.once('SIGTERM', () => interrupt(TERMINATED));
  void run(process.argv.slice(2), databaseCommands);
}
