/** The last gate for errors: what a caller reads, and what only the log does. */
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { ArgumentValidationError } from 'type-graphql';
import { DatabaseUnavailableError } from '../../db/database-errors';
import { ERROR_TABLE, GatewayError } from '../../errors';
import { describeFault } from './describe-error';
import { tooComplex } from '../operation-limits';
import { invalidArguments, invalidVariable, shorten } from './wording';

export interface ErrorMask {
  /**
   * What an error means to the caller, decided once for each error. A fault is logged here, in full and once.
   * @param requestId quoted to the caller of a fault, and written beside it in the log.
   */
  readonly judge: (error: unknown, requestId: string) => GatewayError;
  /** Apollo's formatError. */
  readonly format: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
}

/** The error and what it was wrapped around, outermost first. */
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
      ? `${message} at the moment. Nothing was changed; send the request again in a few seconds.`
      : `${message} at the moment. The change may or may not have been stored: read before you repeat it, or repeat it with the same Idempotency-Key.`,
    { retry: safeToRetry },
  );

/** Faults in the request itself, which Apollo finds; thrown in a resolver the same codes mean nothing. */
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

/** An argument whose variable turned out null or absent is found only when its field runs, without a code. */
function argumentError(cause: unknown): GatewayError | null {
  if (!(cause instanceof GraphQLError) || cause.extensions.code !== undefined) return null;
  const [, argument] = /^Argument "(\w+)" (?:of|has) /.exec(cause.message) ?? [];
  return argument === undefined
    ? null
    : new GatewayError('BAD_USER_INPUT', shorten(cause.message), { path: [argument] });
}

/** @returns null for a fault: an error that nobody meant for callers. */
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
    `The gateway failed on this request. Quote the request id ${requestId} to its operators.`,
    {
      requestId,
    },
  );

export function createErrorMask(logger: Logger): ErrorMask {
  const judged = new WeakMap<object, GatewayError>();

  function judge(error: unknown, requestId: string): GatewayError {
    const known = error instanceof Error ? judged.get(error) : undefined;
    if (known) return known;
    const meaning = meaningOf(error);
    if (meaning === null) {
      const path = error instanceof GraphQLError ? error.path : undefined;
      logger.error({ requestId, path, fault: describeFault(causesOf(error).at(-1)) }, 'A request failed on a fault');
    }
    const verdict = meaning ?? internal(requestId);
    if (error instanceof Error) judged.set(error, verdict);
    return verdict;
  }

  function format(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
    const verdict = judge(error, 'in the X-Request-Id header');
    const { http: _status, ...extensions } = verdict.extensions;
    const { locations, path } = formatted;
    return { message: verdict.message, ...(locations && { locations }), ...(path && { path }), extensions };
  }

  return { judge, format };
}

/** The HTTP status of a verdict; 200 leaves the choice to the others beside it. */
export const statusOf = (verdict: GatewayError): number => ERROR_TABLE[verdict.code].status;
