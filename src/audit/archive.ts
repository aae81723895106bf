/** Retention: old events move from the database to an export, and the remaining chain still starts at a signed event. */
import { removeArchived } from '../db/archive-store';
import { lastEventBefore } from '../db/statements/audit-events';
import type { Signer } from '../auth/signer';
import { signCheckpoint, type Checkpoint } from './checkpoint';
import { laterErasureOf, readArchived, readCheckpoint, readEvents, type RunQuery } from './event-reader';
import { verifyChain } from './verify-chain';

/** The last event older than a given time; the newest event of a chain always stays. */
export async function archiveEnd(ask: RunQuery, accountId: string, before: string): Promise<Checkpoint | null> {
  const { text, values } = lastEventBefore(accountId, before);
  const [row] = await ask(text, values);
  return row ? readCheckpoint(ask, accountId, Number(row[0])) : null;
}

/**
 * Deletes events that an export has taken over.
 * @throws Error if any of those events is not as it was written: evidence is never deleted.
 */
export async function archiveEvents(ask: RunQuery, ownerUrl: string, signer: Signer, end: Checkpoint): Promise<number> {
  const start = await readArchived(ask, end.accountId);
  const events = readEvents(ask, end.accountId, start?.sequence, end.sequence - (start?.sequence ?? 0));
  const { problem: fault } = await verifyChain(events, start, {
    trustedPoints: [end],
    laterErasure: laterErasureOf(ask, end.accountId),
  });
  if (fault) throw new Error(`Nothing was removed. ${fault.message}`);
  return removeArchived(ownerUrl, signCheckpoint(signer, end));
}
