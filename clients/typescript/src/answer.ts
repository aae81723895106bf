/** Reads answers of the gateway, and distinguishes them from answers of other servers. */
import { NoAnswerError, PortcullisError, type GatewayProblem } from './errors.js';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The gateway's errors always have a code. */
const isProblem = (value: unknown): value is GatewayProblem =>
  isRecord(value) &&
  typeof value['message'] === 'string' &&
  isRecord(value['extensions']) &&
  typeof value['extensions']['code'] === 'string';

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * @param status the HTTP status of the answer.
 * @returns the data of an answer without errors.
 * @throws PortcullisError for an answer with errors, NoAnswerError if the answer is not the gateway's.
 */
export function dataOf(text: string, status: number, idempotencyKey?: string): unknown {
  const answer = parsed(text);
  if (isRecord(answer)) {
    const { data = null, errors = [] } = answer;
    const [first, ...others] = Array.isArray(errors) ? (errors as readonly unknown[]) : [];
    if (isProblem(first)) throw new PortcullisError([first, ...others.filter(isProblem)], data, status);
    if (first === undefined && isRecord(data)) return data;
  }
  const start = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  throw new NoAnswerError(
    `HTTP ${status} with ${JSON.stringify(start)} is no answer of a gateway: check the URL, and what is in between.`,
    idempotencyKey,
  );
}

/** @returns seconds after which to retry, from an error or the header Retry-After; undefined if neither is present. */
export function retryAfterOf(error: unknown, header: string | null): number | undefined {
  if (!(error instanceof PortcullisError)) return undefined;
  const { retryAfterSeconds } = error.details;
  if (typeof retryAfterSeconds === 'number') return retryAfterSeconds;
  return header !== null && /^\d+$/.test(header) ? Number(header) : undefined;
}
