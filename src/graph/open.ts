/** An incoming call -> the context of its resolvers: who calls, from where and why. */
import { authenticate, type KeyStore } from '../auth/authenticate';
import type { Caller } from '../auth/caller';
import { AccessTrace, storeAccess } from '../db/access';
import type { Origin } from '../db/transaction';
import type { GatewayContext, IncomingCall } from './context';
import type { RequestContext, Services } from './request';

type Steps = Pick<GatewayContext, 'begin' | 'finish'>;

const SHORTEST_REASON = 3;
const LONGEST_REASON = 500;
const LONGEST_NAME = 255;

const single = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;

/** The reason of X-Reason; one that says nothing counts as none. */
function reasonOf(header: string | undefined): string | null {
  const reason = header?.trim() ?? '';
  return reason.length >= SHORTEST_REASON && reason.length <= LONGEST_REASON ? reason : null;
}

/** What happens between an operation being known and its answer leaving. */
function stepsOf(services: Services, caller: Caller | null, origin: Origin): Required<Steps> {
  let changes = false;
  return {
    begin: async ({ name, fields, isMutation, cost }) => {
      await services.rateLimits.spend(caller, origin.address, cost);
      changes = isMutation;
      origin.operationName = name?.slice(0, LONGEST_NAME) ?? null;
      if (origin.access) origin.access.fields = fields;
    },
    finish: async () => {
      if (caller) await storeAccess(services.database, caller, origin, !changes);
    },
  };
}

/** @returns a function that throws GatewayError UNAUTHENTICATED or ACCOUNT_SUSPENDED for a key that is not accepted. */
export const contextOpener =
  (services: Services, keys: KeyStore) =>
  async ({ requestId, address, headers }: IncomingCall): Promise<RequestContext> => {
    const headersOfKey = { 'x-api-key': single(headers['x-api-key']), authorization: headers.authorization };
    const caller = await authenticate(headersOfKey, keys, services.rateLimits.guardOf(address));
    if (caller) services.keyUse.accepted(caller);
    const origin: Origin = {
      requestId,
      address,
      operationName: null,
      reason: reasonOf(single(headers['x-reason'])),
      access: caller?.isMaster ? new AccessTrace() : null,
    };
    return { requestId, caller, services, origin, scopes: new Map(), ...stepsOf(services, caller, origin) };
  };
