/** Reads events in chain order, page by page, so that memory use does not depend on their number. */
import type { PreparedQuery } from '../db/pipeline/batch';
import { accountsWithEvents, erasureAfter, eventAt, eventsAfter, lastCheckpoint } from '../db/statements/audit-events';
import { isAnswerTooLarge } from '../errors';
import { giveWay } from '../util/slices';
import type { StoredEvent } from './canonical';
import type { Checkpoint } from './checkpoint';
import type { LaterErasure } from './verify-chain';

/** Runs a statement as the reader's role; rows are arrays. */
export type RunQuery = (text: string, values: readonly unknown[]) => Promise<unknown[][]>;

const PAGE_ROWS = 1000;
/** How much to shrink the page when events are so large that a page exceeds the limit. */
const PAGE_SHRINK_FACTOR = 8;

const run = (runQuery: RunQuery, { text, values }: PreparedQuery): Promise<unknown[][]> => runQuery(text, values);

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function toEvent([accountId, sequence, form, hasImages, ...texts]: readonly unknown[]): StoredEvent {
  const [
    at,
    actorKind,
    actorId = null,
    actorName,
    requestId = null,
    address = null,
    operationName = null,
    reason = null,
    action,
    type,
    id,
    hash,
    beforeDigest = null,
    afterDigest = null,
    beforeSalt = null,
    before = null,
    afterSalt = null,
    after = null,
  ] = texts.map(textOrNull);
  return {
    form: Number(form),
    // From the row, never from the scope: the output guard compares the two.
    accountId: String(accountId),
    sequence: Number(sequence),
    at: at ?? '',
    actorKind: actorKind ?? '',
    actorId,
    actorName: actorName ?? '',
    requestId,
    address,
    operationName,
    reason,
    action: action ?? '',
    resourceType: type ?? '',
    resourceId: id ?? '',
    beforeDigest,
    afterDigest,
    images: hasImages === true ? { before, beforeSalt, after, afterSalt } : null,
    hash: hash ?? '',
  };
}

/**
 * Yields in slices, so that hashing thousands of events does not block others.
 * @param most the maximum number of events to read.
 */
export async function* readEvents(
  ask: RunQuery,
  accountId: string,
  after = 0,
  most = Infinity,
): AsyncGenerator<StoredEvent> {
  let position = after;
  let left = most;
  let page = PAGE_ROWS;
  while (left > 0) {
    const rows = await run(ask, eventsAfter(accountId, position, Math.min(page, left))).catch((error: unknown) => {
      if (page === 1 || !isAnswerTooLarge(error)) throw error;
      return null;
    });
    if (rows === null) page = Math.ceil(page / PAGE_SHRINK_FACTOR);
    else {
      for (const row of rows) {
        await giveWay();
        yield toEvent(row);
      }
      if (rows.length < page) return;
      left -= rows.length;
      position = Number(rows.at(-1)?.[1]);
    }
  }
}

const toCheckpoint = ([accountId, sequence, hash, at]: readonly unknown[]): Checkpoint => ({
  accountId: String(accountId),
  sequence: Number(sequence),
  hash: String(hash),
  at: String(at),
});

/** The last event at or before a sequence; null if there is none. */
export async function readCheckpoint(
  ask: RunQuery,
  accountId: string,
  sequence = Number.MAX_SAFE_INTEGER,
): Promise<Checkpoint | null> {
  const [row] = await run(ask, eventAt(accountId, sequence));
  return row ? toCheckpoint(row) : null;
}

/** The last archived event; null if none was archived. */
export async function readArchived(
  ask: RunQuery,
  accountId: string,
): Promise<(Checkpoint & { readonly signature: string }) | null> {
  const [row] = await run(ask, lastCheckpoint(accountId));
  return row ? { ...toCheckpoint(row), signature: String(row[4]) } : null;
}

/** Looks up the ERASE event of a row in the database. */
export const laterErasureOf =
  (ask: RunQuery, accountId: string): LaterErasure =>
  async (resourceType, resourceId, after) => {
    const [row] = await run(ask, erasureAfter(accountId, resourceType, resourceId, after));
    return row && String(row[0]);
  };

export const readAccounts = async (ask: RunQuery): Promise<string[]> =>
  (await run(ask, accountsWithEvents())).map(([id]) => String(id));
