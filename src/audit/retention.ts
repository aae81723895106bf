/** Retention of the audit log: expired events are moved, batch by batch, to JSON Lines files that verify offline. */
import { join } from 'node:path';
import type { Signer } from '../auth/signer';
import { asAuditor } from '../db/archive-store';
import { lastEventBefore } from '../db/statements/audit-events';
import { createDurably } from '../util/durable-file';
import { archiveEvents } from './archive';
import { jsonLine } from './export';
import { readArchived, readCheckpoint, readEvents } from './event-reader';

const MAX_FILE_EVENTS = 2_000;
const DAY_MS = 24 * 60 * 60_000;

interface ArchiveParts {
  readonly ownerUrl: string;
  readonly operatorUrl: string;
  readonly signer: Signer;
  /** Folder of the files. */
  readonly folder: string;
}

/**
 * Moves the oldest events of an account, older than the given number of days, to a file. They are removed from the
 * database once the file is on disk; a signed checkpoint takes their place. The newest event of a chain is always kept.
 * @returns the number of removed events; 0 if none are that old.
 * @throws Error if the chain does not verify: evidence must not be removed.
 */
export function retireEvents(
  { ownerUrl, operatorUrl, signer, folder }: ArchiveParts,
  accountId: string,
  days: number,
): Promise<number> {
  return asAuditor(operatorUrl, async (ask) => {
    const before = new Date(Date.now() - days * DAY_MS).toISOString();
    const { text, values } = lastEventBefore(accountId, before);
    const [expired] = await ask(text, values);
    if (!expired) return 0;
    const start = await readArchived(ask, accountId);
    const first = (start?.sequence ?? 0) + 1;
    const last = Math.min(Number(expired[0]), first + MAX_FILE_EVENTS - 1);
    const end = last < first ? null : await readCheckpoint(ask, accountId, last);
    if (end?.sequence !== last) return 0;
    const lines: string[] = [];
    let previous = start?.hash ?? null;
    for await (const event of readEvents(ask, accountId, first - 1, last - first + 1)) {
      lines.push(jsonLine(event, previous));
      previous = event.hash;
    }
    // An earlier attempt may have written the same lines to this file, but failed before it removed the events.
    createDurably(join(folder, `audit-${accountId}-${first}-${last}.jsonl`), `${lines.join('\n')}\n`);
    return archiveEvents(ask, ownerUrl, signer, end);
  });
}
