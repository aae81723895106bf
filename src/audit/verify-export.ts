/** Verifies exports without the database: one file, or several of the same accounts one after the other, older first. */
import { isSignedBy, type SignedCheckpoint } from './checkpoint';
import { EVENT_LINE } from './export';
import { linkProblem, type ChainLink, type ChainProblem, type ProblemKind, type TrustedPoint } from './verify-chain';

/** The result for the lines of one account. */
export interface ExportVerification {
  readonly accountId: string;
  readonly checked: number;
  /** The event before the first line; null when the export begins with the chain. */
  readonly start: TrustedPoint | null;
  readonly problem: ChainProblem | null;
}

/** What is read of the canonical form of an exported event. */
type ExportedEvent = Pick<ChainLink, 'sequence' | 'previous'> & { readonly accountId: string };

const pointBefore = ({ sequence, previous }: Pick<ChainLink, 'sequence' | 'previous'>): TrustedPoint | null =>
  previous === null ? null : { sequence: sequence - 1, hash: previous };

class ExportedChain {
  #checked = 0;
  #problem: ChainProblem | null = null;
  #last: TrustedPoint | null;
  /** The end of the file before, while this file repeats events of that one. */
  #overlapEnd: TrustedPoint | null = null;
  #fileEnded = false;

  constructor(
    readonly accountId: string,
    readonly start: TrustedPoint | null,
  ) {
    this.#last = start;
  }

  addEvent(link: ChainLink): void {
    if (this.#problem) return;
    if (this.#fileEnded) this.#startNextFile(link);
    this.#problem = linkProblem(link, this.#last) ?? this.#overlapProblem(link);
    if (this.#problem) return;
    this.#last = { sequence: link.sequence, hash: link.hash };
    if (this.#overlapEnd === null) this.#checked += 1;
    else if (this.#overlapEnd.sequence === link.sequence) this.#overlapEnd = null;
  }

  /** A file may begin with events that the file before ended with: where that one ends both must have the same hash. */
  #startNextFile(link: ChainLink): void {
    this.#fileEnded = false;
    if (this.#last === null || link.sequence > this.#last.sequence) return;
    this.#overlapEnd = this.#last;
    this.#last = pointBefore(link);
  }

  #overlapProblem({ sequence, hash }: ChainLink): ChainProblem | null {
    if (this.#overlapEnd?.sequence !== sequence || this.#overlapEnd.hash === hash) return null;
    const message = `Up to event ${sequence} this file differs from the one before it.`;
    return { kind: 'REWRITTEN', sequence, message };
  }

  endFile(checkpoint: SignedCheckpoint, publicKey: string): void {
    this.#fileEnded = true;
    if (this.#problem) return;
    const last = this.#last?.sequence ?? 0;
    if (!isSignedBy(checkpoint, publicKey))
      this.#report('EDITED', last, 'The checkpoint at the end was not signed by this gateway.');
    else if (checkpoint.sequence > last)
      this.#report('TRUNCATED', last + 1, `Event ${last + 1} and those after it are missing.`);
    else if (checkpoint.hash !== this.#last?.hash)
      this.#report('REWRITTEN', last, 'The events do not lead to the checkpoint at the end.');
    else if (this.#overlapEnd)
      this.#report('OUT_OF_ORDER', last, 'A file is contained in the one before it: put the older one first.');
  }

  result(): ExportVerification {
    if (!this.#problem && !this.#fileEnded)
      this.#report('TRUNCATED', (this.#last?.sequence ?? 0) + 1, 'The signed checkpoint at the end is missing.');
    return { accountId: this.accountId, checked: this.#checked, start: this.start, problem: this.#problem };
  }

  #report(kind: ProblemKind, sequence: number, message: string): void {
    this.#problem = { kind, sequence, message };
  }
}

/** Lines that end with a line feed: other separators (U+2028 for one) may be part of an event's text. */
export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

function checkpointIn(line: string): SignedCheckpoint | null {
  try {
    return (JSON.parse(line) as { checkpoint?: SignedCheckpoint }).checkpoint ?? null;
  } catch {
    return null;
  }
}

/** The events of an account in an export, as trusted points for its chain in the database. */
export async function* trustedPointsIn(lines: AsyncIterable<string>, accountId: string): AsyncGenerator<TrustedPoint> {
  for await (const line of lines) {
    const [, hash, canonical] = EVENT_LINE.exec(line) ?? [];
    if (hash === undefined || canonical === undefined) continue;
    const event = JSON.parse(canonical) as ExportedEvent;
    if (event.accountId === accountId) yield { sequence: event.sequence, hash };
  }
}

/**
 * Verifies exports line by line: memory does not grow with their length.
 * @param publicKey of the gateway, base64url, as auditCheckpoint gives it.
 * @returns a result for each account.
 * @throws Error when a line is not a line of an export.
 */
export async function verifyExport(lines: AsyncIterable<string>, publicKey: string): Promise<ExportVerification[]> {
  const chains = new Map<string, ExportedChain>();
  const chainOf = (accountId: string, start: TrustedPoint | null): ExportedChain => {
    const chain = chains.get(accountId) ?? new ExportedChain(accountId, start);
    chains.set(accountId, chain);
    return chain;
  };
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line === '') continue;
    const [, hash, canonical] = EVENT_LINE.exec(line) ?? [];
    if (hash === undefined || canonical === undefined) {
      const checkpoint = checkpointIn(line);
      if (!checkpoint) throw new Error(`Line ${number} is not a line of an export.`);
      chainOf(checkpoint.accountId, null).endFile(checkpoint, publicKey);
    } else {
      const { accountId, sequence, previous } = JSON.parse(canonical) as ExportedEvent;
      const link = { sequence, previous, canonical, hash };
      chainOf(accountId, pointBefore(link)).addEvent(link);
    }
  }
  return [...chains.values()].map((chain) => chain.result());
}
