/** The one table of error codes, and the only error class that may reach a caller. */
import { GraphQLError } from 'graphql';

/** HTTP status, and the code's meaning for callers. docs/errors.md is checked against this table. */
export const ERROR_TABLE = {
  UNAUTHENTICATED: { status: 401, meaning: 'No key, or a key that is unknown, malformed, expired or revoked.' },
  FORBIDDEN: {
    status: 200,
    meaning: 'The key is valid, but lacks a permission or is the wrong kind of key for this field.',
  },
  NOT_FOUND: { status: 200, meaning: 'Nothing with that id is visible to this key.' },
  ACCOUNT_MISMATCH: { status: 200, meaning: 'The request names an account that this key does not belong to.' },
  ACCOUNT_SUSPENDED: {
    status: 403,
    meaning: 'The account is suspended or closed; none of its keys works until an operator reactivates it.',
  },
  BAD_USER_INPUT: { status: 200, meaning: 'A value is invalid; extensions.path names the field.' },
  CONFLICT: {
    status: 200,
    meaning: 'The change conflicts with stored data, for example a name that is already in use.',
  },
  VERSION_CONFLICT: { status: 200, meaning: 'The row changed since expectedVersion was read.' },
  IN_USE: {
    status: 200,
    meaning:
      'Rows that are not deleted refer to this one; extensions.references lists the first 20 of a kind, extensions.total counts them all.',
  },
  INVALID_CURSOR: { status: 200, meaning: 'The cursor was not issued for this list, this order and this account.' },
  REASON_REQUIRED: { status: 200, meaning: 'Changes with a master key need a reason.' },
  RATE_LIMITED: {
    status: 429,
    meaning: 'Too many or too expensive requests; extensions.retryAfterSeconds says when to try again.',
  },
  QUERY_TOO_COMPLEX: {
    status: 400,
    meaning: 'The document exceeds a limit on tokens, depth, aliases, directives or cost, or its answer is too large.',
  },
  PAYLOAD_TOO_LARGE: { status: 413, meaning: 'The request body is too large or contains too many values.' },
  QUOTA_EXCEEDED: {
    status: 200,
    meaning:
      'The account has reached a quota; extensions.setting is the setting of the gateway, extensions.maximum the limit. Nothing was stored.',
  },
  PLAN_OUTDATED: { status: 200, meaning: 'The account changed since the import was planned.' },
  UNAVAILABLE: {
    status: 503,
    meaning:
      'The database cannot be reached, or the gateway is shutting down; extensions.retry says whether it is safe to retry.',
  },
  OVERLOADED: {
    status: 503,
    meaning:
      'The gateway has too many requests, unread answers or open connections, of this caller or in total. Nothing was executed unless the message says so; extensions.retryAfterSeconds says when to try again.',
  },
  BAD_REQUEST: { status: 400, meaning: 'The HTTP request is not a well-formed GraphQL request.' },
  GRAPHQL_PARSE_FAILED: { status: 400, meaning: 'The document has a GraphQL syntax error.' },
  GRAPHQL_VALIDATION_FAILED: { status: 400, meaning: 'The document is not valid for the schema.' },
  INTERNAL: { status: 500, meaning: 'An internal error of the gateway; quote extensions.requestId to its operators.' },
} as const;

export type ErrorCode = keyof typeof ERROR_TABLE;

/** For refusals that do not say when to retry. */
const RETRY_AFTER_SECONDS = 2;

/** 429 and 503 say when to retry: RFC 6585, RFC 9110. */
const withRetryAfter = (status: number, extensions: Record<string, unknown>): Record<string, unknown> =>
  status === 429 || status === 503 ? { retryAfterSeconds: RETRY_AFTER_SECONDS, ...extensions } : extensions;

/** Codes that always count as denials. */
const DENIALS: ReadonlySet<ErrorCode> = new Set(['FORBIDDEN', 'NOT_FOUND', 'ACCOUNT_MISMATCH']);

/** An error meant for the caller: its message and extensions are sent unchanged. */
export class GatewayError extends GraphQLError {
  readonly code: ErrorCode;
  /** Whether it counts as a denial: the caller requested something it may not access. */
  readonly denied: boolean;

  constructor(code: ErrorCode, message: string, given: Record<string, unknown> = {}, denied = DENIALS.has(code)) {
    const { status } = ERROR_TABLE[code];
    const extensions = withRetryAfter(status, given);
    const { retryAfterSeconds } = extensions;
    const headers = new Map(typeof retryAfterSeconds !== 'number' ? [] : [['retry-after', `${retryAfterSeconds}`]]);
    const http: Record<string, unknown> = status === 200 ? {} : { http: { status, headers } };
    super(message, { extensions: { ...http, ...extensions, code } });
    this.code = code;
    this.denied = denied;
  }
}

/** The same message for a foreign id, a deleted id and an id that never existed. */
export const notFound = (): GatewayError =>
  new GatewayError(
    'NOT_FOUND',
    'Nothing with this id is visible to this key. Check the id, and that the key belongs to the right account.',
  );

/** @param path of the invalid input field, starting with its argument, such as `['input', 'name']`. */
export const badInput = (path: readonly (string | number)[], message: string): GatewayError =>
  new GatewayError('BAD_USER_INPUT', message, { path: [...path] });

/** The same message for an id in an input that is foreign, deleted, unknown or invalid. */
export const noSuchReference = (path: readonly (string | number)[], target: string): GatewayError =>
  new GatewayError(
    'BAD_USER_INPUT',
    `${path.join('.')} is not the id of any ${target} that this key can see.`,
    { path: [...path] },
    true,
  );

/**
 * @param what the maximum an account may have, such as `1000 active keys`.
 * @param remedy what the account's users can do.
 */
export const beyondQuota = (setting: string, maximum: number, what: string, remedy: string): GatewayError =>
  new GatewayError(
    'QUOTA_EXCEEDED',
    `An account may have ${what}. ${remedy}, or ask the operators of the gateway to raise ${setting} (now ${maximum}).`,
    { setting, maximum },
  );

export const unauthenticated = (): GatewayError =>
  new GatewayError(
    'UNAUTHENTICATED',
    'A valid key is needed. Send it as "X-API-Key: <key>" or "Authorization: Bearer <key>"; if you sent one, it is mistyped, expired or revoked.',
  );

const ANSWER = 'answer';
/** Maximum characters in one answer, and in what one read from the database may return. */
export const MAX_ANSWER_CHARS = 16 * 1024 * 1024;

/** The same for a message of a WebSocket or an event of a stream, which are written in one piece. */
export const MAX_MESSAGE_CHARS = 1024 * 1024;

/** A limit like those on documents, but only detectable once the rows have been read. */
export const answerTooLarge = (maximum = MAX_ANSWER_CHARS): GatewayError =>
  new GatewayError(
    'QUERY_TOO_COMPLEX',
    `The answer would be larger than ${maximum / 1024 / 1024} MB. Ask for smaller pages (first), or for fewer of the large fields${maximum < MAX_ANSWER_CHARS ? ', or send the operation by POST, whose answer may have 16 MB' : ''}. For a mutation, extensions.stored lists the fields that were stored anyway.`,
    { limit: ANSWER, maximum },
  );

export const isAnswerTooLarge = (error: unknown): boolean =>
  error instanceof GatewayError && error.extensions['limit'] === ANSWER;
