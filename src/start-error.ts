/** A start failure that people can fix, and the exit codes of the process. */

/** From sysexits.h, which systemd and others show by name; docs/operations/starting.md explains them. */
export const EXIT_CODES = {
  /** Something the gateway needs refused or was unreachable; a later start may succeed. */
  unavailable: 69,
  /** A fault in the gateway itself. */
  fault: 70,
  /** Something must be changed first: a setting, the database, the machine. */
  misconfigured: 78,
} as const;

/** The message is for people: what is wrong and what to do about it. */
export class StartError extends Error {
  readonly exitCode: number;

  constructor(
    message: string,
    { exitCode = EXIT_CODES.misconfigured, ...options }: ErrorOptions & { exitCode?: number } = {},
  ) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
