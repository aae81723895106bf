/** An incoming call -> the context of its resolvers: who calls, from where and why. */
import { authenticate, type KeyLookup } from '../auth/authenticate';
import type { IncomingCall } from './context';
import type { RequestContext, Services } from './request';

const SHORTEST_REASON = 3;
const LONGEST_REASON = 500;

const single = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;

/** The reason of X-Reason; one that says nothing counts as none. */
function reasonOf(header: string | undefined): string | null {
  const reason = header?.trim() ?? '';
  return reason.length >= SHORTEST_REASON && reason.length <= LONGEST_REASON ? reason : null;
}

/** @returns a function that throws GatewayError UNAUTHENTICATED or ACCOUNT_SUSPENDED for a key that is not accepted. */
export const contextOpener =
  (services: Services, lookup: KeyLookup) =>
  async ({ requestId, address, headers }: IncomingCall): Promise<RequestContext> => {
    const keys = { 'x-api-key': single(headers['x-api-key']), authorization: headers.authorization };
    const caller = await authenticate(keys, lookup);
    const origin = { requestId, address, operationName: null, reason: reasonOf(single(headers['x-reason'])) };
    return { requestId, caller, services, origin, scopes: new Map() };
  };
