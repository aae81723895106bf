/** Limits exports and plans, which process all rows of an account: one at a time per account, two per process. */
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

/** @throws GatewayError OVERLOADED after a minute of waiting. */
export const oneAtATime = <T>({ caller, address }: RequestContext, work: () => Promise<T>): Promise<T> =>
  semaphore.run(ownerOf(caller, address), work);
