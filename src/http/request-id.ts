/** The id by which a request is found again: in its answer, the log and the audit log. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { secretIn } from '../util/secret-shapes';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** @returns the client's own X-Request-Id, or a new id. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) && secretIn(given) === null ? given : randomUUID();
}
