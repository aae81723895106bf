/** Checks the chain of an account as the database has it, whole. */
import { isGenuine } from './checkpoint';
import { readArchived, readEvents, type Ask } from './event-reader';
import { verifyChain, type Anchor, type Verdict } from './verify-chain';

/**
 * @param publicKey of the gateway, base64url.
 * @param anchors of the same account that were kept elsewhere, in the order of their sequence.
 */
export async function verifyStored(
  ask: Ask,
  accountId: string,
  publicKey: string,
  anchors: AsyncIterable<Anchor> | Iterable<Anchor> = [],
): Promise<Verdict> {
  const start = await readArchived(ask, accountId);
  if (start && !isGenuine(start, publicKey)) {
    const message = 'The checkpoint of the archived events was not signed by this gateway.';
    return { checked: 0, last: null, fault: { kind: 'EDITED', sequence: start.sequence, message } };
  }
  return verifyChain(readEvents(ask, accountId, start?.sequence), start, anchors);
}
