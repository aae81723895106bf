/** Authenticates a request before anything else of it is read. */
import { authenticate, isUnchanged, type KeyHeaders, type KeyStore } from '../auth/authenticate';
import type { BruteForceLimiter } from '../auth/brute-force-limiter';
import type { Caller, KeyRecord } from '../auth/caller';
import { refuseRestrictedUse } from '../auth/key-access';
import type { DenialRecorder } from '../db/denials';
import type { KeyUsageRecorder } from '../db/keys/key-usage-recorder';
import { PLATFORM_CHAIN } from '../db/ids';
import { GatewayError } from '../errors';
import type { CheckKey, IncomingCall } from '../graph/context';
import { networkOf } from './client-ip';

/**
 * @param before the caller already accepted for this request; returned as is, and at once, while its key is unchanged.
 * @returns null for a request without a key; at once for a key that is cached.
 * @throws GatewayError as `authenticate` does.
 */
export type AuthenticateRequest = (
  call: Pick<IncomingCall, 'requestId' | 'address' | 'headers'>,
  before?: Caller,
) => Caller | null | Promise<Caller | null>;

/** @param caller the one that was accepted for the call. */
export function keyChecker(
  authenticate: AuthenticateRequest,
  call: Parameters<AuthenticateRequest>[0],
  caller: Caller | null,
): CheckKey {
  let latest = caller;
  return () => {
    if (latest === null) return null;
    const checked = authenticate(call, latest);
    return checked instanceof Promise ? checked.then((changed) => (latest = changed)) : checked;
  };
}

export interface AuthenticationParts {
  readonly keys: KeyStore;
  readonly guesses: BruteForceLimiter;
  readonly denials: DenialRecorder;
  readonly keyUse: Pick<KeyUsageRecorder, 'accepted'>;
}

const single = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;

export const keyHeadersOf = (headers: IncomingCall['headers']): KeyHeaders => ({
  'x-api-key': single(headers['x-api-key']),
  authorization: headers.authorization,
});

/** Wraps the store to remember the last key found, so that a refusal can be attributed to its account. */
function observed(keys: KeyStore): { readonly keys: KeyStore; readonly found: () => KeyRecord | null } {
  let found: KeyRecord | null = null;
  const cached: KeyStore['cached'] = (keyId) => {
    const key = keys.cached(keyId);
    found = key?.record ?? found;
    return key;
  };
  const fetch: KeyStore['fetch'] = async (keyId, accountId) => {
    const record = await keys.fetch(keyId, accountId);
    found = record ?? found;
    return record;
  };
  return { keys: { cached, fetch }, found: () => found };
}

/** @returns the request authenticator; it records a refused key as a denial of the key's account. */
export function requestAuthenticator({ keys, guesses, denials, keyUse }: AuthenticationParts): AuthenticateRequest {
  function accept({
    requestId,
    address,
    headers,
  }: Parameters<AuthenticateRequest>[0]): ReturnType<AuthenticateRequest> {
    const store = observed(keys);
    const use = (caller: Caller): Caller => {
      refuseRestrictedUse(caller.access, address);
      keyUse.accepted(caller);
      return caller;
    };
    const refuse = (error: unknown): never => {
      const record = store.found();
      if (record && error instanceof GatewayError)
        denials.record({
          accountId: record.account?.id ?? PLATFORM_CHAIN,
          keyId: record.keyId,
          code: error.code,
          field: 'authenticate',
          requestId,
          address,
        });
      throw error;
    };
    try {
      const caller = authenticate(keyHeadersOf(headers), store.keys, guesses, networkOf(address));
      return caller instanceof Promise ? caller.then(use).catch(refuse) : caller && use(caller);
    } catch (error) {
      return refuse(error);
    }
  }
  return (call, before) => (before && isUnchanged(before, keys) ? before : accept(call));
}
