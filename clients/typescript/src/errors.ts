/** Errors of requests: PortcullisError with a code if the gateway answered, NoAnswerError if it did not. */

/** The codes of docs/errors.md. A later gateway may send others. */
export const ERROR_CODES = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'ACCOUNT_MISMATCH',
  'ACCOUNT_SUSPENDED',
  'BAD_USER_INPUT',
  'CONFLICT',
  'VERSION_CONFLICT',
  'IN_USE',
  'INVALID_CURSOR',
  'REASON_REQUIRED',
  'RATE_LIMITED',
  'QUERY_TOO_COMPLEX',
  'PAYLOAD_TOO_LARGE',
  'QUOTA_EXCEEDED',
  'PLAN_OUTDATED',
  'UNAVAILABLE',
  'OVERLOADED',
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

interface Waiting {
  readonly retryAfterSeconds: number;
}

/** Details of an error with this code, in addition to its message. */
interface Details {
  /** `path` names the invalid value, such as `['input', 'name']`. */
  readonly BAD_USER_INPUT: { readonly path?: readonly (string | number)[] };
  /**
   * The first 20 rows of a kind that refer to the row to delete, and how many there are; absent for rows that the key
   * cannot see.
   */
  readonly IN_USE: {
    readonly references?: readonly { readonly resourceType: string; readonly id: string; readonly name: string }[];
    readonly total?: number;
  };
  readonly QUOTA_EXCEEDED: { readonly setting: string; readonly maximum: number };
  readonly RATE_LIMITED: Waiting;
  readonly OVERLOADED: Waiting;
  /** `retry: true` means that nothing was changed. */
  readonly UNAVAILABLE: Waiting & { readonly retry?: boolean };
}

export type DetailsOf<Code extends ErrorCode> = Code extends keyof Details ? Details[Code] : object;

/** An error of an answer, in the format of GraphQL. */
export interface GatewayProblem {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly requestId?: string } & Readonly<Record<string, unknown>>;
}

/** The gateway refused an operation or a part of it; message, code and details are those of the first error. */
export class PortcullisError extends Error {
  override readonly name = 'PortcullisError';
  /** One of ERROR_CODES; any text if the gateway is newer than this client. */
  readonly code: ErrorCode | (string & Record<never, never>);
  readonly details: Readonly<Record<string, unknown>>;
  /** To quote in questions to the operators of the gateway. */
  readonly requestId: string | undefined;

  constructor(
    /** All errors of the answer, at least one. */
    readonly problems: readonly [GatewayProblem, ...GatewayProblem[]],
    /** The data of the fields that did not fail; null if there is none. */
    readonly data: unknown,
    /** The HTTP status of the answer. */
    readonly status: number,
  ) {
    const [{ message, extensions }] = problems;
    super(message);
    this.code = extensions.code;
    this.details = extensions;
    this.requestId = extensions.requestId;
  }

  /** Whether the first error has this code; `details` then has its type. */
  is<Code extends ErrorCode>(
    code: Code,
  ): this is PortcullisError & { readonly code: Code; readonly details: DetailsOf<Code> } {
    return this.code === code;
  }
}

/**
 * The gateway's answer did not arrive: there was no connection, or something else answered. The request may have been
 * executed.
 */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';

  constructor(
    message: string,
    /** Send the same change with this key again: it is made only once, and gets the answer of the first time. */
    readonly idempotencyKey: string | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
