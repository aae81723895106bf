/** Verifies an account's whole chain in the database. */
import { isSignedBy } from './checkpoint';
import { readArchived, readEvents, type RunQuery } from './event-reader';
import { verifyChain, type TrustedPoint, type Verification } from './verify-chain';

/**
 * @param publicKey the gateway's, base64url.
 * @param trustedPoints points of the same account that were stored elsewhere, in sequence order.
 */
export async function verifyDatabase(
  query: RunQuery,
  accountId: string,
  publicKey: string,
  trustedPoints: AsyncIterable<TrustedPoint> | Iterable<TrustedPoint> = [],
): Promise<Verification> {
  const start = await readArchived(query, accountId);
  if (start && !isSignedBy(start, publicKey)) {
    const message = 'The checkpoint of the archived events was not signed by this gateway.';
    return { checked: 0, last: null, problem: { kind: 'EDITED', sequence: start.sequence, message } };
  }
  return verifyChain(readEvents(query, accountId, start?.sequence), start, { trustedPoints });
}
