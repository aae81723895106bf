/** Retention of the audit log: expired events leave, batch by batch, for files of JSON lines that verify offline. */
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
 * Writes the oldest events of an account, those older than so many days, to a file; once that is on disk, they leave the
 * database, which keeps a signed checkpoint in their place. The newest event of a chain stays.
 * @returns how many left; 0 when none are so old.
 * @throws Error when the chain is not as it was written: evidence is not thrown away.
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
    // A file of an attempt that ended before its events left holds the same lines.
    createDurably(join(folder, `audit-${accountId}-${first}-${last}.jsonl`), `${lines.join('\n')}\n`);
    return archiveEvents(ask, ownerUrl, signer, end);
  });
}
