/** Retention: old events leave the database for an export, and the chain that is left still begins at a signed place. */
import { removeArchived } from '../db/archive-store';
import { lastEventBefore } from '../db/statements/audit-events';
import type { Signer } from '../auth/signer';
import { signCheckpoint, type Checkpoint } from './checkpoint';
import { laterErasureOf, readArchived, readCheckpoint, readEvents, type RunQuery } from './event-reader';
import { verifyChain } from './verify-chain';

/** The last event that is older than a time; the newest event of a chain stays, whatever its age. */
export async function archiveEnd(ask: RunQuery, accountId: string, before: string): Promise<Checkpoint | null> {
  const { text, values } = lastEventBefore(accountId, before);
  const [row] = await ask(text, values);
  return row ? readCheckpoint(ask, accountId, Number(row[0])) : null;
}

/**
 * Removes what an export has taken over.
 * @throws Error when the events up to there are not as they were written: evidence is not thrown away.
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
