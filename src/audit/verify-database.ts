/** Checks the chain of an account as the database has it, whole. */
import { isSignedBy } from './checkpoint';
import { readArchived, readEvents, type RunQuery } from './event-reader';
import { verifyChain, type TrustedPoint, type Verification } from './verify-chain';

/**
 * @param publicKey of the gateway, base64url.
 * @param anchors of the same account that were kept elsewhere, in the order of their sequence.
 */
export async function verifyDatabase(
  ask: RunQuery,
  accountId: string,
  publicKey: string,
  anchors: AsyncIterable<TrustedPoint> | Iterable<TrustedPoint> = [],
): Promise<Verification> {
  const start = await readArchived(ask, accountId);
  if (start && !isSignedBy(start, publicKey)) {
    const message = 'The checkpoint of the archived events was not signed by this gateway.';
    return { checked: 0, last: null, problem: { kind: 'EDITED', sequence: start.sequence, message } };
  }
  return verifyChain(readEvents(ask, accountId, start?.sequence), start, anchors);
}
