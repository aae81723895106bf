/** Runs one command: whatever goes wrong is a sentence on standard error and an exit code. */
import { CommanderError } from 'commander';
import { CommandFailure, EXIT, messageOf, type ExitCode } from './failures';
import { note } from './output/print';
import { paintFor } from './output/text';
import { createProgram, everyCommand } from './program';

function codeOf(error: unknown): ExitCode {
  // Commander has said what was wrong.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const text = error instanceof CommandFailure ? error.message : `Unexpected: ${messageOf(error)}`;
  note(paintFor(process.stderr)('red', text));
  return error instanceof CommandFailure ? error.exitCode : EXIT.failed;
}

/**
 * Sets the exit code of the process.
 * @param args what stands behind the name of the program.
 */
export async function run(args: readonly string[]): Promise<void> {
  const program = createProgram();
  everyCommand(program).forEach((one) => one.exitOverride().showHelpAfterError('(Add --help for help and examples.)'));
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = codeOf(error);
  }
}
