/** How a command ends: its exit codes, and failures with an explanation. */

export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  /** Used by `plan --detailed-exitcode`. */
  changes: 2,
  /** Used by `plan --detailed-exitcode`. */
  notApplicable: 3,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The problem and its remedy; printed as is. */
export class CommandFailure extends Error {
  constructor(
    message: string,
    readonly exitCode: ExitCode = EXIT.failure,
  ) {
    super(message);
  }
}

/** Ctrl-C at a prompt: the command ends silently. */
export class Interrupted extends Error {}

/** The command was called with invalid arguments. */
export const usageError = (message: string): CommandFailure => new CommandFailure(message, EXIT.usage);

/** The user declined a confirmation. */
export const nothingChanged = (): CommandFailure => new CommandFailure('Nothing was changed.');
