/** What one event of a subscription is answered in: its caller as the key is by now, and scopes of its own. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Caller } from '../auth/caller';
import { DatabaseUnavailableError } from '../db/database-errors';
import type { GatewayContext } from './context';
import { contextCreator } from './create-context';
import type { RequestContext } from './request-context';

/** How long the key of an event is waited for while the database cannot be reached. */
const KEY_TRIES = 40;
const KEY_RETRY_MS = 250;

/** Until a key is known to hold, nothing is delivered. */
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

/** @throws GatewayError as authentication does. */
export async function contextOfEvent({ call, services, origin }: RequestContext): Promise<RequestContext> {
  const caller = await checkedCaller(call.checkKey);
  const context = contextCreator(services)({ ...call, caller });
  // Of a stream of a master key each account learns once.
  return { ...context, origin: { ...context.origin, operationName: origin.operationName, access: origin.access } };
}
