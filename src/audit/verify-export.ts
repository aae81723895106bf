/** Verifies exports without the database: one file, or several consecutive ones, oldest first. */
import { isSignedBy, type SignedCheckpoint } from './checkpoint';
import { isEventLine, parseLine } from './export';
import { ChainVerifier, type ChainLink, type ChainProblem, type ProblemKind, type TrustedPoint } from './verify-chain';

/** The result for one account. */
export interface ExportVerification {
  readonly accountId: string;
  readonly checked: number;
  /** The event before the first line; null if the export starts at the beginning of the chain. */
  readonly start: TrustedPoint | null;
  readonly problem: ChainProblem | null;
}

const pointBefore = ({ event, previous }: ChainLink): TrustedPoint | null =>
  previous === null ? null : { sequence: event.sequence - 1, hash: previous };

class ExportedChain {
  readonly #verifier: ChainVerifier;
  #problem: ChainProblem | null = null;
  /** The end of the previous file, while this file repeats its events. */
  #overlapEnd: TrustedPoint | null = null;
  #fileEnded = false;

  constructor(
    readonly accountId: string,
    readonly start: TrustedPoint | null,
  ) {
    this.#verifier = new ChainVerifier(start);
  }

  addEvent(link: ChainLink): void {
    if (this.#problem) return;
    if (this.#fileEnded) this.#startNextFile(link);
    this.#problem = this.#verifier.add(link) ?? this.#overlapProblem(link);
    if (this.#overlapEnd?.sequence === link.event.sequence) this.#overlapEnd = null;
  }

  /**
   * A file may repeat the last events of the previous one: at the end of the previous file both must have the same hash.
   */
  #startNextFile(link: ChainLink): void {
    this.#fileEnded = false;
    const { last } = this.#verifier;
    if (last === null || link.event.sequence > last.sequence) return;
    this.#overlapEnd = last;
    this.#verifier.restart(pointBefore(link));
  }

  #overlapProblem({ event: { sequence, hash } }: ChainLink): ChainProblem | null {
    if (this.#overlapEnd?.sequence !== sequence || this.#overlapEnd.hash === hash) return null;
    const message = `Up to event ${sequence} this file differs from the previous one.`;
    return { kind: 'REWRITTEN', sequence, message };
  }

  endFile(checkpoint: SignedCheckpoint, publicKey: string): void {
    this.#fileEnded = true;
    if (this.#problem) return;
    const { last: end } = this.#verifier;
    const last = end?.sequence ?? 0;
    if (!isSignedBy(checkpoint, publicKey))
      this.#report('EDITED', last, 'The checkpoint at the end was not signed by this gateway.');
    else if (checkpoint.sequence > last)
      this.#report('TRUNCATED', last + 1, `Event ${last + 1} and those after it are missing.`);
    else if (checkpoint.hash !== end?.hash)
      this.#report('REWRITTEN', last, 'The events do not match the checkpoint at the end.');
    else if (this.#overlapEnd)
      this.#report('OUT_OF_ORDER', last, 'A file is contained in the previous one: put the older one first.');
  }

  async result(): Promise<ExportVerification> {
    const { accountId, start } = this;
    if (!this.#problem && !this.#fileEnded)
      this.#report(
        'TRUNCATED',
        (this.#verifier.last?.sequence ?? 0) + 1,
        'The signed checkpoint at the end is missing.',
      );
    const { checked, problem } = this.#problem ? this.#verifier.result(this.#problem) : await this.#verifier.end();
    return { accountId, checked, start, problem };
  }

  #report(kind: ProblemKind, sequence: number, message: string): void {
    this.#problem = { kind, sequence, message };
  }
}

/** Splits at line feeds only: other separators, such as U+2028, may be part of an event's text. */
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

function linkIn(line: string): ChainLink | null {
  try {
    return isEventLine(line) ? parseLine(line) : null;
  } catch {
    return null;
  }
}

/** An account's events in an export, as trusted points for its chain in the database. */
export async function* trustedPointsIn(lines: AsyncIterable<string>, accountId: string): AsyncGenerator<TrustedPoint> {
  for await (const line of lines) {
    if (!isEventLine(line)) continue;
    const { event } = parseLine(line);
    if (event.accountId === accountId) yield { sequence: event.sequence, hash: event.hash };
  }
}

/**
 * Verifies exports line by line, so that memory use does not depend on their length.
 * @param publicKey the gateway's, base64url, as returned by auditCheckpoint.
 * @returns a result per account.
 * @throws Error if a line does not belong to an export.
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
    const link = linkIn(line);
    if (link) chainOf(link.event.accountId, pointBefore(link)).addEvent(link);
    else {
      const checkpoint = checkpointIn(line);
      if (!checkpoint) throw new Error(`Line ${number} is not a line of an export.`);
      chainOf(checkpoint.accountId, null).endFile(checkpoint, publicKey);
    }
  }
  return Promise.all([...chains.values()].map((chain) => chain.result()));
}
