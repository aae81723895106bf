/** Decides what a caller learns about an error; the rest goes to the log. */
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { ArgumentValidationError } from 'type-graphql';
import { DatabaseUnavailableError } from '../../db/database-errors';
import { GatewayError, type ErrorCode } from '../../errors';
import { withoutSecrets } from '../../util/secret-shapes';
import { tooComplex } from '../operation-limits';
import { invalidArguments, invalidVariable, shorten } from './validation-messages';

const MAX_TEXT_CHARS = 8_000;
const KEYS = /pcl_(live|master)_\w+/g;

/** Keys in a message are reduced to their kind; other secrets are redacted. */
const withoutKeys = (text: string): string => withoutSecrets(text.replace(KEYS, 'pcl_$1_…')).slice(0, MAX_TEXT_CHARS);

interface FaultDescription {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
  readonly cause?: FaultDescription;
}

/**
 * What is logged about an error: selected properties only, because drivers attach values and statements to errors.
 * @param depth how many causes to follow; a chain may be circular.
 */
function describeFault(fault: unknown, depth = 3): FaultDescription {
  if (!(fault instanceof Error)) return { type: typeof fault, message: withoutKeys(String(fault)) };
  return {
    type: fault.constructor.name,
    message: withoutKeys(fault.message),
    ...(fault.stack && { stack: withoutKeys(fault.stack) }),
    ...('code' in fault && typeof fault.code === 'string' && { code: fault.code }),
    ...(fault.cause !== undefined && depth > 0 && { cause: describeFault(fault.cause, depth - 1) }),
  };
}

/** Adds a code to an error found before anything ran. */
export const withCode = ({ message, nodes, source, positions }: GraphQLError, code: ErrorCode): GraphQLError =>
  new GraphQLError(message, { nodes, source, positions, extensions: { code } });

/** Several errors found in a request before it ran. */
export class RequestErrors extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super('The request has errors');
  }
}

/**
 * Translates an error for the caller. A fault of the gateway becomes INTERNAL and is logged in full, once, however many
 * fields it fails.
 * @param requestId shown to the caller of a fault, and logged with it.
 */
export type ToGatewayError = (error: unknown, requestId: string) => GatewayError;

/** The error and its causes, outermost first. */
function causesOf(error: unknown): unknown[] {
  const causes = [error];
  for (let inner = error; inner instanceof GraphQLError && inner.originalError;) {
    inner = inner.originalError;
    causes.push(inner);
  }
  return causes;
}

const unavailable = ({ safeToRetry, message }: DatabaseUnavailableError): GatewayError =>
  new GatewayError(
    'UNAVAILABLE',
    safeToRetry
      ? `${message} at the moment. Nothing was changed; send this again in a few seconds.`
      : `${message} at the moment. The change may or may not have been stored: read before you repeat it, or repeat it with the same Idempotency-Key.`,
    { retry: safeToRetry },
  );

/** Errors in the request itself, found before it ran; the same codes thrown by a resolver mean nothing. */
function requestError(error: GraphQLError): GatewayError | null {
  if (error.path) return null;
  const message = shorten(error.message);
  switch (error.extensions.code) {
    case 'GRAPHQL_PARSE_FAILED':
      if (/more tha[nt] \d+ tokens/.test(message)) return tooComplex('tokens', 'more');
      return new GatewayError('GRAPHQL_PARSE_FAILED', message);
    case 'GRAPHQL_VALIDATION_FAILED':
      return new GatewayError('GRAPHQL_VALIDATION_FAILED', message);
    case 'BAD_USER_INPUT':
      return invalidVariable(message);
    case 'BAD_REQUEST':
    case 'OPERATION_RESOLUTION_FAILURE':
    case 'PERSISTED_QUERY_NOT_SUPPORTED':
    case 'PERSISTED_QUERY_NOT_FOUND':
      return new GatewayError('BAD_REQUEST', message);
    default:
      return null;
  }
}

/** An argument whose variable is null or absent only fails when its field runs, without a code. */
function argumentError(cause: unknown): GatewayError | null {
  if (!(cause instanceof GraphQLError) || cause.extensions.code !== undefined) return null;
  const [, argument] = /^Argument "(\w+)" (?:of|has) /.exec(cause.message) ?? [];
  return argument === undefined
    ? null
    : new GatewayError('BAD_USER_INPUT', shorten(cause.message), { path: [argument] });
}

/** @returns null for a fault: an error not meant for callers. */
function meaningOf(error: unknown): GatewayError | null {
  const causes = causesOf(error);
  for (const cause of causes) {
    if (cause instanceof GatewayError) return cause;
    if (cause instanceof DatabaseUnavailableError) return unavailable(cause);
    if (cause instanceof ArgumentValidationError) return invalidArguments(cause.extensions.validationErrors);
  }
  return (error instanceof GraphQLError ? requestError(error) : null) ?? argumentError(causes.at(-1));
}

const internal = (requestId: string): GatewayError =>
  new GatewayError(
    'INTERNAL',
    `The gateway failed to process this request. Quote the request id ${requestId} to its operators.`,
  );

export function createToGatewayError(logger: Logger): ToGatewayError {
  const logged = new WeakSet<Error>();

  function log(error: unknown, requestId: string): void {
    const cause = causesOf(error).at(-1);
    if (cause instanceof Error) {
      if (logged.has(cause)) return;
      logged.add(cause);
    }
    const path = error instanceof GraphQLError ? error.path : undefined;
    logger.error({ requestId, path, fault: describeFault(cause) }, 'A request failed with an internal error');
  }

  return (error, requestId) => {
    const meaning = meaningOf(error);
    if (meaning === null) log(error, requestId);
    return meaning ?? internal(requestId);
  };
}

/** The HTTP status an error requests; undefined leaves the choice to the other errors. */
export function httpStatusOf({ extensions: { http } }: GatewayError): number | undefined {
  const status = typeof http === 'object' && http !== null && 'status' in http ? http.status : undefined;
  return typeof status === 'number' ? status : undefined;
}

/**
 * The error as it is sent.
 * @param error the original of `gatewayError`, with its path and locations.
 */
export function toResponseError(gatewayError: GatewayError, error: unknown, requestId: string): GraphQLFormattedError {
  const { http: _status, ...extensions } = gatewayError.extensions;
  const { locations, path } = error instanceof GraphQLError ? error : gatewayError;
  return {
    message: gatewayError.message,
    ...(locations && { locations }),
    ...(path && { path }),
    extensions: { ...extensions, requestId },
  };
}
