/** From the result of an operation to what a transport sends: GraphQL over HTTP, https://graphql.github.io/graphql-over-http */
import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import type { GatewayError } from '../errors';
import { httpStatusOf, RequestErrors, toResponseError, type ToGatewayError } from './errors/to-gateway-error';
import type { MutationResult } from './run-mutation';

export interface OperationAnswer {
  /** Characters of the body, about; 0 for one that is small. */
  readonly chars: number;
  /** Of HTTP. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly errors?: readonly GraphQLFormattedError[];
    /** Absent when nothing ran, or when no answer can be given. */
    readonly data?: ExecutionResult['data'];
    readonly extensions?: { readonly cost: OperationCost };
  };
}

/** What an operation was counted for, and what its answer held. A request asks for it by `"extensions": {"cost": true}`. */
interface OperationCost {
  readonly estimated: number;
  readonly actual: number;
}

/** An answer with what its errors mean, in the order of its errors. */
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

/** The gravest of the errors decides. One that names no status is an error of HTTP only where there is no data. */
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

/** The last error lists what was stored nevertheless, with its answer: a secret is shown only once. */
function withStored({ answer, errors }: TranslatedAnswer, stored: Readonly<Record<string, unknown>>): TranslatedAnswer {
  const reported = [...(answer.body.errors ?? [])];
  const last = reported.pop();
  const names = Object.keys(stored);
  if (!last || names.length === 0) return { answer, errors };
  const message = `${last.message} Stored nevertheless: ${names.join(', ')}; see extensions.stored.`;
  reported.push({ ...last, message, extensions: { ...last.extensions, stored } });
  return { answer: { ...answer, body: { ...answer.body, errors: reported } }, errors };
}

/** Of an operation that was executed. @param chars of its data, about. */
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

/** In place of an answer. */
export const refusalOf = (error: unknown, requestId: string, toGatewayError: ToGatewayError): TranslatedAnswer =>
  translated(error instanceof RequestErrors ? error.errors : [error], requestId, toGatewayError, undefined);

export const withCost = ({ answer, errors }: TranslatedAnswer, cost: OperationCost): TranslatedAnswer => ({
  answer: { ...answer, body: { ...answer.body, extensions: { cost } } },
  errors,
});
