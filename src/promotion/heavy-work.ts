/** Exports and plans: each works through all rows of an account, so an account has one at a time, and the process two. */
import { ownerOf } from '../auth/caller';
import { FairSemaphore } from '../db/fair-semaphore';
import type { RequestContext } from '../graph/request-context';
import { overloaded } from '../http/refusal';

const MAX_WAIT_MS = 60_000;

const semaphore = new FairSemaphore({
  capacity: 2,
  maxWaitMs: MAX_WAIT_MS,
  refusal: () =>
    overloaded('Too many exports and plans are waiting to be made. This one was not; try again, with fewer at once.'),
});

/** @throws GatewayError OVERLOADED when the turn does not come in a minute. */
export const oneAtATime = <T>({ caller, address }: RequestContext, work: () => Promise<T>): Promise<T> =>
  semaphore.run(ownerOf(caller, address), work);
