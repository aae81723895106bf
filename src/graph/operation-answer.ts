/** Turns an operation's result into a response: GraphQL over HTTP, https://graphql.github.io/graphql-over-http */
import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import type { GatewayError } from '../errors';
import { httpStatusOf, RequestErrors, toResponseError, type ToGatewayError } from './errors/to-gateway-error';
import type { MutationResult } from './run-mutation';

export interface OperationAnswer {
  /** Approximate characters in the body; 0 for a small one. */
  readonly chars: number;
  /** The HTTP status. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly errors?: readonly GraphQLFormattedError[];
    /** Absent if nothing ran or no answer can be given. */
    readonly data?: ExecutionResult['data'];
    readonly extensions?: { readonly cost: OperationCost };
  };
}

/** What an operation was charged, and what its answer contained. Requested by `"extensions": {"cost": true}`. */
interface OperationCost {
  readonly estimated: number;
  readonly actual: number;
}

/** An answer with its errors translated, in the same order. */
export interface TranslatedAnswer {
  readonly answer: OperationAnswer;
  readonly errors: readonly GatewayError[];
}

function headersOf(errors: readonly GatewayError[]): Record<string, string> {
  const seconds = errors
    .map(({ extensions }) => extensions.retryAfterSeconds)
    .filter((each) => typeof each === 'number');
  return seconds.length === 0 ? {} : { 'retry-after': `${Math.max(...seconds)}` };
}

/** The most severe error decides. One without a status is an HTTP error only if there is no data. */
const statusOfAll = (errors: readonly GatewayError[], hasData: boolean): number =>
  Math.max(...errors.map((error) => httpStatusOf(error) ?? (hasData ? 200 : 400)));

function translated(
  errors: readonly unknown[],
  requestId: string,
  toGatewayError: ToGatewayError,
  data: ExecutionResult['data'],
): TranslatedAnswer {
  const gatewayErrors = errors.map((error) => toGatewayError(error, requestId));
  const formatted = gatewayErrors.map((gatewayError, index) => toResponseError(gatewayError, errors[index], requestId));
  const answer = {
    chars: 0,
    status: statusOfAll(gatewayErrors, data !== undefined),
    headers: headersOf(gatewayErrors),
    body: { errors: formatted, ...(data !== undefined && { data }) },
  };
  return { answer, errors: gatewayErrors };
}

/** Clients and proxies automatically repeat requests that were answered with these statuses. */
const INVITES_TO_REPEAT: ReadonlySet<number> = new Set([429, 503]);

/** Limits what a message says to its own field, because other fields of the operation were stored. */
const ofItsField = (message: string): string =>
  message
    .replace(/\bNothing was (changed|stored|executed)\b/, 'Nothing of this field was $1')
    .replace(/\bsend (this|the request) again\b/, 'send this field again');

/**
 * The last error lists what was stored nevertheless, with its answer: a secret is shown only once. Neither the errors nor
 * the HTTP response invite clients to send the whole operation again, which would store it twice.
 */
function withStored({ answer, errors }: TranslatedAnswer, stored: Readonly<Record<string, unknown>>): TranslatedAnswer {
  const names = Object.keys(stored);
  const reported = (answer.body.errors ?? []).map(({ message, extensions, ...error }): GraphQLFormattedError => ({
    ...error,
    message: ofItsField(message),
    extensions: { ...extensions, ...(extensions?.['retry'] === true && { retry: false }) },
  }));
  const last = reported.pop();
  if (!last || names.length === 0) return { answer, errors };
  const message = `${last.message} These fields were stored anyway: ${names.join(', ')}; see extensions.stored.`;
  reported.push({ ...last, message, extensions: { ...last.extensions, stored } });
  const status = INVITES_TO_REPEAT.has(answer.status) ? 200 : answer.status;
  return { answer: { ...answer, status, headers: {}, body: { ...answer.body, errors: reported } }, errors };
}

/** The answer of an executed operation. @param chars approximate size of its data. */
export function answerTo(
  { data, errors = [], stored = {} }: MutationResult,
  requestId: string,
  toGatewayError: ToGatewayError,
  chars: number,
): TranslatedAnswer {
  if (errors.length === 0) return { answer: { chars, status: 200, headers: {}, body: { data } }, errors: [] };
  const { answer, ...others } = withStored(translated(errors, requestId, toGatewayError, data), stored);
  return { answer: { ...answer, chars }, ...others };
}

/** The answer of a refused request. */
export const refusalOf = (error: unknown, requestId: string, toGatewayError: ToGatewayError): TranslatedAnswer =>
  translated(error instanceof RequestErrors ? error.errors : [error], requestId, toGatewayError, undefined);

export const withCost = ({ answer, errors }: TranslatedAnswer, cost: OperationCost): TranslatedAnswer => ({
  answer: { ...answer, body: { ...answer.body, extensions: { cost } } },
  errors,
});
