/** How a command ends: its exit codes, and failures that are explained in a sentence. */

export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  /** Of `plan --detailed-exitcode`. */
  changes: 2,
  /** Of `plan --detailed-exitcode`. */
  notApplicable: 3,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What went wrong and what to do about it; printed as it is. */
export class CommandFailure extends Error {
  constructor(
    message: string,
    readonly exitCode: ExitCode = EXIT.failure,
  ) {
    super(message);
  }
}

/** Ctrl-C at a prompt: the command ends, and nothing more is said. */
export class Interrupted extends Error {}

/** The command was called in a way that it does not understand. */
export const usageError = (message: string): CommandFailure => new CommandFailure(message, EXIT.usage);

/** A question was answered with no. */
export const nothingChanged = (): CommandFailure => new CommandFailure('Nothing was changed.');
