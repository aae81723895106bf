/** How a command ends: its exit codes, and failures that are told in a sentence. */

export const EXIT = { done: 0, failed: 1, usage: 2, changes: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What went wrong and what to do about it; printed as it is. */
export class CommandFailure extends Error {
  constructor(
    message: string,
    readonly exitCode: ExitCode = EXIT.failed,
  ) {
    super(message);
  }
}

/** The command was not called as it must be. */
export const misuse = (message: string): CommandFailure => new CommandFailure(message, EXIT.usage);

/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
