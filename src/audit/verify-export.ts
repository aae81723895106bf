/** Checking exports without the database: one file, or an archive and what was exported after it, one behind the other. */
import { hashOf } from './canonical';
import { isSignedBy, type SignedCheckpoint } from './checkpoint';
import { EVENT_LINE } from './export';
import type { TrustedPoint, ChainProblem, ProblemKind } from './verify-chain';

/** What was found in the lines of one account. */
export interface ExportVerification {
  readonly accountId: string;
  readonly checked: number;
  /** The event before the first line; null when the export begins with the chain. */
  readonly start: TrustedPoint | null;
  readonly problem: ChainProblem | null;
}

interface Link {
  readonly previous: string | null;
  readonly accountId: string;
  readonly sequence: number;
}

class ExportedChain {
  #checked = 0;
  #fault: ChainProblem | null = null;
  #last: TrustedPoint | null;
  /** The end of the file before, as long as this one has not reached it. */
  #known: TrustedPoint | null = null;
  #ended = false;

  constructor(
    readonly accountId: string,
    readonly start: TrustedPoint | null,
  ) {
    this.#last = start;
  }

  event(link: Link, canonical: string, hash: string): void {
    if (this.#fault) return;
    if (this.#ended) this.#anotherFile(link);
    const expected = (this.#last?.sequence ?? 0) + 1;
    if (link.sequence !== expected)
      this.#found(
        link.sequence > expected ? 'MISSING' : 'OUT_OF_ORDER',
        Math.min(expected, link.sequence),
        `Event ${link.sequence} stands where event ${expected} belongs.`,
      );
    else if (hashOf(canonical) !== hash || link.previous !== (this.#last?.hash ?? null))
      this.#found('EDITED', expected, `Event ${expected} is not what was written.`);
    else if (this.#known?.sequence === expected && this.#known.hash !== hash)
      this.#found('REWRITTEN', expected, `Up to event ${expected} this file differs from the one before it.`);
    else {
      this.#last = { sequence: link.sequence, hash };
      if (this.#known === null) this.#checked += 1;
      else if (this.#known.sequence === expected) this.#known = null;
    }
  }

  /** It may begin with events that the file before ended with: where they end, both must have the same hash. */
  #anotherFile({ sequence, previous }: Link): void {
    this.#ended = false;
    if (this.#last === null || sequence > this.#last.sequence) return;
    this.#known = this.#last;
    this.#last = previous === null ? null : { sequence: sequence - 1, hash: previous };
  }

  end(checkpoint: SignedCheckpoint, publicKey: string): void {
    this.#ended = true;
    if (this.#fault) return;
    const last = this.#last?.sequence ?? 0;
    if (!isSignedBy(checkpoint, publicKey))
      this.#found('EDITED', last, 'The checkpoint at the end was not signed by this gateway.');
    else if (checkpoint.sequence > last)
      this.#found('TRUNCATED', last + 1, `Event ${last + 1} and what followed it are gone.`);
    else if (checkpoint.hash !== this.#last?.hash)
      this.#found('REWRITTEN', last, 'The events do not lead to the checkpoint at the end.');
    else if (this.#known)
      this.#found('OUT_OF_ORDER', last, 'A file is inside the one before it: put the older one first.');
  }

  verdict(): ExportVerification {
    if (!this.#fault && !this.#ended)
      this.#found('TRUNCATED', (this.#last?.sequence ?? 0) + 1, 'The signed end is missing.');
    return { accountId: this.accountId, checked: this.#checked, start: this.start, problem: this.#fault };
  }

  #found(kind: ProblemKind, sequence: number, message: string): void {
    this.#fault = { kind, sequence, message };
  }
}

/** Lines that end with a line feed: other separators (U+2028 for one) may stand in the text of an event. */
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

/** The events of an account in an export, as anchors for its chain in the database. */
export async function* trustedPointsIn(lines: AsyncIterable<string>, accountId: string): AsyncGenerator<TrustedPoint> {
  for await (const line of lines) {
    const [, hash, canonical] = EVENT_LINE.exec(line) ?? [];
    if (hash === undefined || canonical === undefined) continue;
    const link = JSON.parse(canonical) as Link;
    if (link.accountId === accountId) yield { sequence: link.sequence, hash };
  }
}

/**
 * Checks exports without the database, a line at a time; several of the same accounts one behind the other, older first.
 * @param publicKey of the gateway, base64url, as auditCheckpoint gives it.
 * @returns a verdict for each account.
 * @throws Error when a line is no line of an export.
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
      if (!checkpoint) throw new Error(`Line ${number} is no line of an export.`);
      chainOf(checkpoint.accountId, null).end(checkpoint, publicKey);
    } else {
      const link = JSON.parse(canonical) as Link;
      const start = link.previous === null ? null : { sequence: link.sequence - 1, hash: link.previous };
      chainOf(link.accountId, start).event(link, canonical, hash);
    }
  }
  return [...chains.values()].map((chain) => chain.verdict());
}
