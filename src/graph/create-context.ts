/** Creates a resolver context from a call, and for each event of a subscription: who calls, from where and why. */
import { isUtf8 } from 'node:buffer';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'safe-stable-stringify';
import type { Caller } from '../auth/caller';
import type { RowRestriction } from '../auth/row-restriction';
import { DatabaseUnavailableError } from '../db/database-errors';
import { MasterAccessLog } from '../db/master-access-log';
import { IdempotentRequest, type Origin } from '../db/origin';
import { GatewayError } from '../errors';
import { secretIn } from '../util/secret-shapes';
import { CONSISTENCY_TOKEN, consistencyToken, positionIn } from './consistency-token';
import { newFieldRecord, type IncomingCall, type GatewayContext } from './context';
import type { RequestContext, Services } from './request-context';

const MIN_REASON_CHARACTERS = 3;
const MAX_REASON_CHARACTERS = 500;

/** RFC 8187: `UTF-8'language'percent-encoded`; the language is optional. */
const EXTENDED = /^utf-8'[A-Za-z0-9-]*'(.*)$/is;
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

const refuseReason = (problem: string): GatewayError =>
  new GatewayError(
    'BAD_REQUEST',
    `X-Reason ${problem}. Send text in UTF-8, or encoded as in RFC 8187: UTF-8''f%C3%BCr (UTF-8'' followed by encodeURIComponent of the text).`,
  );

/** @param header as Node.js provides it: one character per byte. */
function decode(header: string): string {
  const bytes = Buffer.from(header, 'latin1');
  if (!isUtf8(bytes)) throw refuseReason('holds bytes that are not UTF-8');
  const [, encoded] = EXTENDED.exec(header) ?? [];
  if (encoded === undefined) return bytes.toString('utf8');
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw refuseReason("begins with UTF-8'' and is not percent-encoded UTF-8");
  }
}

/**
 * @returns null without a reason, and for one shorter than 3 characters, which is not meaningful.
 * @throws GatewayError BAD_REQUEST for one that cannot be stored unchanged.
 */
function readReason(header: string | undefined): string | null {
  if (header === undefined) return null;
  const reason = decode(header).trim();
  const { length } = [...reason];
  if (length < MIN_REASON_CHARACTERS) return null;
  if (length > MAX_REASON_CHARACTERS)
    throw refuseReason(`has ${length} characters; at most ${MAX_REASON_CHARACTERS} are stored`);
  if (INVISIBLE.test(reason)) throw refuseReason('holds control characters');
  const secret = secretIn(reason);
  if (secret !== null)
    throw new GatewayError(
      'BAD_REQUEST',
      `X-Reason seems to contain ${secret}, which everybody who reads the audit log would see. State the reason without it.`,
    );
  return reason;
}

const single = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;

const KEY = /^[\x21-\x7e]{1,255}$/;

const propertiesOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/**
 * @param rows the key's row restriction: a key that was narrowed does not get its earlier answers.
 * @throws GatewayError BAD_REQUEST for an invalid idempotency key.
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
      'Idempotency-Key must have 1 to 255 visible ASCII characters, for example a UUID, and be sent once.',
    );
  const { query = null, operationName = null, variables = null, extensions } = propertiesOf(body);
  // A trusted document can be requested by its hash alone.
  const { sha256Hash = null } = propertiesOf(propertiesOf(extensions).persistedQuery);
  return new IdempotentRequest(key, () =>
    stringify([query ?? String(sha256Hash), operationName, variables, ...(rows ? [rows] : [])]),
  );
}

/** @returns a function that creates the context of an operation, whose caller is already authenticated. */
export const contextCreator =
  (services: Services) =>
  (call: IncomingCall): RequestContext => {
    const { requestId, address, headers, body, caller, reserveAnswer, checkKey, record, place } = call;
    const token = single(headers[CONSISTENCY_TOKEN]);
    const origin: Origin = {
      requestId,
      address,
      operationName: null,
      reason: readReason(single(headers['x-reason'])),
      access: caller?.isMaster ? new MasterAccessLog() : null,
      statements: record,
      repeatable: idempotentRequestOf(single(headers['idempotency-key']), body, caller?.access.rows ?? null),
      readsAfter: caller && token !== undefined ? positionIn(services.cursors, caller, token) : null,
    };
    const stored = (): string | null =>
      caller && origin.committedAt !== undefined
        ? consistencyToken(services.cursors, caller, origin.committedAt)
        : null;
    return {
      requestId,
      address,
      caller,
      fieldRecord: newFieldRecord(),
      reserveAnswer,
      place,
      checkKey,
      record,
      consistencyToken: stored,
      call,
      services,
      origin,
      scopes: new Map(),
      unitOfWork: undefined,
      scope: undefined,
    };
  };

/** How long to wait for the key of an event while the database cannot be reached. */
const KEY_TRIES = 40;
const KEY_RETRY_MS = 250;

/** Nothing is delivered until the key is known to be valid. */
async function checkedCaller(checkKey: GatewayContext['checkKey']): Promise<Caller | null> {
  for (let left = KEY_TRIES; ; left -= 1) {
    try {
      return await checkKey();
    } catch (error) {
      if (left <= 1 || !(error instanceof DatabaseUnavailableError)) throw error;
      await pause(KEY_RETRY_MS);
    }
  }
}

/** @throws GatewayError like authentication. */
export async function contextOfEvent({ call, services, origin }: RequestContext): Promise<RequestContext> {
  const caller = await checkedCaller(call.checkKey);
  const context = contextCreator(services)({ ...call, caller });
  // For a stream of a master key, each account is notified once.
  return { ...context, origin: { ...context.origin, operationName: origin.operationName, access: origin.access } };
}
