/** Events as files: JSON lines that can be checked offline, or CSV for spreadsheets; a line at a time. */
import { canonicalText, hashOf, type StoredEvent } from './canonical';
import { isGenuine, type SignedCheckpoint } from './checkpoint';
import type { Anchor, Fault } from './verify';

const COLUMNS = [
  'accountId',
  'sequence',
  'at',
  'actorKind',
  'actorId',
  'actorName',
  'requestId',
  'address',
  'operationName',
  'reason',
  'action',
  'resourceType',
  'resourceId',
  'before',
  'after',
  'hash',
] as const satisfies readonly (keyof StoredEvent)[];

/** RFC 4180; what a spreadsheet would run as a formula is made text by an apostrophe. */
function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const row = (cells: readonly (string | number | null)[]): string => cells.map(cell).join(',');

/** The first line of an export as CSV. */
export const csvHead = row(COLUMNS);

export const csvLine = (event: StoredEvent): string => row(COLUMNS.map((name) => event[name]));

/** @param previous the hash of the event before; null for the first of a chain. */
export const jsonLine = (event: StoredEvent, previous: string | null): string =>
  `{"hash":"${event.hash}","event":${canonicalText(event, previous)}}`;

/** The way back from a line of an export, for other forms of it. */
export function storedEvent(line: string): StoredEvent {
  const { hash, event } = JSON.parse(line) as { hash: string; event: Omit<StoredEvent, 'hash'> };
  const text = (state: unknown): string | null => (state === null ? null : JSON.stringify(state));
  return { ...event, hash, before: text(event.before), after: text(event.after) };
}

const EVENT_LINE = /^\{"hash":"([0-9a-f]{64})","event":(\{.*\})\}$/s;

/** What was found in the lines of one account. */
export interface ExportVerdict {
  readonly accountId: string;
  readonly checked: number;
  /** The event before the first line; null when the export begins with the chain. */
  readonly start: Anchor | null;
  readonly fault: Fault | null;
}

interface Link {
  readonly previous: string | null;
  readonly accountId: string;
  readonly sequence: number;
}

class ExportedChain {
  checked = 0;
  fault: Fault | null = null;
  #last: Anchor | null = null;
  #ended = false;

  constructor(
    readonly accountId: string,
    readonly start: Anchor | null,
  ) {
    this.#last = start;
  }

  event(link: Link, canonical: string, hash: string): void {
    const expected = (this.#last?.sequence ?? 0) + 1;
    if (this.fault) return;
    if (link.sequence !== expected) {
      const kind = link.sequence > expected ? 'MISSING' : 'OUT_OF_ORDER';
      this.fault = {
        kind,
        sequence: Math.min(expected, link.sequence),
        message: `Event ${link.sequence} stands where event ${expected} belongs.`,
      };
    } else if (hashOf(canonical) !== hash || link.previous !== (this.#last?.hash ?? null)) {
      this.fault = { kind: 'EDITED', sequence: expected, message: `Event ${expected} is not what was written.` };
    } else {
      this.#last = { sequence: link.sequence, hash };
      this.checked += 1;
    }
  }

  end(checkpoint: SignedCheckpoint, publicKey: string): void {
    this.#ended = true;
    if (this.fault) return;
    const last = this.#last?.sequence ?? 0;
    if (!isGenuine(checkpoint, publicKey))
      this.fault = {
        kind: 'EDITED',
        sequence: last,
        message: 'The checkpoint at the end was not signed by this gateway.',
      };
    else if (checkpoint.sequence > last)
      this.fault = {
        kind: 'TRUNCATED',
        sequence: last + 1,
        message: `Event ${last + 1} and what followed it are gone.`,
      };
    else if (checkpoint.hash !== this.#last?.hash)
      this.fault = {
        kind: 'REWRITTEN',
        sequence: last,
        message: 'The events do not lead to the checkpoint at the end.',
      };
  }

  verdict(): ExportVerdict {
    const last = this.#last?.sequence ?? 0;
    const cut: Fault | null = this.#ended
      ? null
      : { kind: 'TRUNCATED', sequence: last + 1, message: 'The signed end is missing.' };
    return { accountId: this.accountId, checked: this.checked, start: this.start, fault: this.fault ?? cut };
  }
}

/**
 * Checks an export without the database, a line at a time.
 * @param publicKey of the gateway, base64url, as auditCheckpoint gives it.
 * @returns a verdict for each account.
 * @throws Error when a line is no line of an export.
 */
export async function verifyExport(lines: AsyncIterable<string>, publicKey: string): Promise<ExportVerdict[]> {
  const chains: ExportedChain[] = [];
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line === '') continue;
    const [, hash, canonical] = EVENT_LINE.exec(line) ?? [];
    if (hash === undefined || canonical === undefined) {
      const { checkpoint } = JSON.parse(line) as { checkpoint?: SignedCheckpoint };
      if (!checkpoint) throw new Error(`Line ${number} is no line of an export.`);
      chains.at(-1)?.end(checkpoint, publicKey);
      continue;
    }
    const link = JSON.parse(canonical) as Link;
    if (chains.at(-1)?.accountId !== link.accountId) {
      const start = link.previous === null ? null : { sequence: link.sequence - 1, hash: link.previous };
      chains.push(new ExportedChain(link.accountId, start));
    }
    chains.at(-1)?.event(link, canonical, hash);
  }
  return chains.map((chain) => chain.verdict());
}
