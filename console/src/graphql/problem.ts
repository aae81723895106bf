/** What went wrong, in the gateway's own words, with its code and the request to quote. */
import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';

export interface Problem {
  readonly message: string;
  /** Of docs/errors.md; NETWORK when there was no answer. */
  readonly code: string;
  readonly requestId: string | null;
  /** The field of the input that is wrong, from its argument down. */
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

/** What the page itself finds wrong, in the form of the gateway's problems. */
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
    // Not from the gateway, but from a proxy in front of it.
  }
  return [
    localProblem(
      `The answer did not come from the gateway (HTTP status ${statusCode}). Try again in a moment.`,
      'UNKNOWN',
    ),
  ];
}

/** Everything that an operation failed with; one entry at least. */
export function problemsOf(error: unknown): readonly Problem[] {
  if (CombinedGraphQLErrors.is(error)) return error.errors.map(problemOf);
  if (ServerError.is(error)) return problemsOfAnswer(error);
  return [NO_ANSWER];
}
