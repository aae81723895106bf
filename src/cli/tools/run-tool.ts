/** Runs a tool as a process: prints the message of a failure and sets the exit code. */
import { messageOf } from '../../util/message-of';

/** @param main returns the exit code. */
export function runTool(main: () => Promise<number>): void {
  main().then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(`${messageOf(error)}\n`);
      process.exitCode = 1;
    },
  );
}
