/** An incoming call -> the context of its resolvers: who calls, from where and why. */
import { stringify } from 'safe-stable-stringify';
import type { RowRestriction } from '../auth/row-restriction';
import { MasterAccessLog } from '../db/master-access-log';
import { IdempotentRequest, type Origin } from '../db/origin';
import { GatewayError } from '../errors';
import { newFieldRecord, type IncomingCall } from './context';
import { readReason } from './reason';
import type { RequestContext, Services } from './request-context';

const single = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;

const KEY = /^[\x21-\x7e]{1,255}$/;

const propertiesOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/**
 * @param rows what the caller's key is restricted to: a narrowed key is not given what it was answered before.
 * @throws GatewayError BAD_REQUEST for a key that is none.
 */
function idempotentRequestOf(
  key: string | undefined,
  body: unknown,
  rows: RowRestriction | null,
): IdempotentRequest | null {
  if (key === undefined) return null;
  if (!KEY.test(key))
    throw new GatewayError(
      'BAD_REQUEST',
      'Idempotency-Key has 1 to 255 visible ASCII characters, for example a UUID, and comes once.',
    );
  const { query = null, operationName = null, variables = null, extensions } = propertiesOf(body);
  // A trusted document may be named by its hash alone.
  const { sha256Hash = null } = propertiesOf(propertiesOf(extensions).persistedQuery);
  return new IdempotentRequest(key, () =>
    stringify([query ?? String(sha256Hash), operationName, variables, ...(rows ? [rows] : [])]),
  );
}

/** @returns what makes the context of one operation; its caller is authenticated already. */
export const contextCreator =
  (services: Services) =>
  async (call: IncomingCall): Promise<RequestContext> => {
    const { requestId, address, headers, body, caller, reserveAnswer, checkKey, record } = call;
    const origin: Origin = {
      requestId,
      address,
      operationName: null,
      reason: readReason(single(headers['x-reason'])),
      access: caller?.isMaster ? new MasterAccessLog() : null,
      statements: record,
      repeatable: idempotentRequestOf(single(headers['idempotency-key']), body, caller?.access.rows ?? null),
    };
    const fieldRecord = newFieldRecord();
    const request = { requestId, address, caller, fieldRecord, reserveAnswer, checkKey, record };
    return { ...request, call, services, origin, scopes: new Map() };
  };
