/** Problems in the gateway's words, with their code and the request id to quote. */
import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';

export interface Problem {
  readonly message: string;
  /** A code of docs/errors.md, or NETWORK if there was no answer. */
  readonly code: string;
  readonly requestId: string | null;
  /** The path of the wrong input field, from its argument. */
  readonly path: readonly (string | number)[] | null;
  readonly extensions: Readonly<Record<string, unknown>>;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isPath = (value: unknown): value is readonly (string | number)[] =>
  Array.isArray(value) && value.every((step) => typeof step === 'string' || typeof step === 'number');

function problemOf(error: unknown): Problem {
  const { message, extensions } = isRecord(error) ? error : {};
  const details = isRecord(extensions) ? extensions : {};
  const { code, requestId, path } = details;
  return {
    message: typeof message === 'string' ? message : 'The gateway refused the request without a reason.',
    code: typeof code === 'string' ? code : 'UNKNOWN',
    requestId: typeof requestId === 'string' ? requestId : null,
    path: isPath(path) ? path : null,
    extensions: details,
  };
}

/** A problem that the page itself finds, in the format of the gateway's. */
export const localProblem = (message: string, code = 'BAD_USER_INPUT', path: Problem['path'] = null): Problem => ({
  message,
  code,
  requestId: null,
  path,
  extensions: {},
});

export const NO_ANSWER = localProblem(
  'The gateway did not answer. If you were changing something, the change may or may not have been made: repeat it here; the gateway makes a repeated change only once.',
  'NETWORK',
);

function problemsOfAnswer({ statusCode, bodyText }: ServerError): readonly Problem[] {
  try {
    const body: unknown = JSON.parse(bodyText);
    if (isRecord(body) && Array.isArray(body['errors'])) return body['errors'].map(problemOf);
  } catch {
    // Sent by a proxy in front of the gateway.
  }
  return [
    localProblem(
      `The answer did not come from the gateway (HTTP status ${statusCode}). Try again in a moment.`,
      'UNKNOWN',
    ),
  ];
}

/** All problems of a failed operation, at least one. */
export function problemsOf(error: unknown): readonly Problem[] {
  if (CombinedGraphQLErrors.is(error)) return error.errors.map(problemOf);
  if (ServerError.is(error)) return problemsOfAnswer(error);
  return [NO_ANSWER];
}
