/** Verifies a hash chain of events, from the database or from a file, and names the first event that is not as written. */
import { canonicalText, hashOf, type StoredEvent } from './canonical';

/** A place in a chain and the hash it had; stored elsewhere it shows what was rewritten or cut off. */
export interface TrustedPoint {
  readonly sequence: number;
  readonly hash: string;
}

export type ProblemKind = 'EDITED' | 'MISSING' | 'OUT_OF_ORDER' | 'REWRITTEN' | 'TRUNCATED';

export interface ChainProblem {
  readonly kind: ProblemKind;
  /** The first event concerned. */
  readonly sequence: number;
  readonly message: string;
}

export interface Verification {
  /** Events that are as they were written, before the problem if there is one. */
  readonly checked: number;
  /** The last of them; the point that verification started after when there is none. */
  readonly last: TrustedPoint | null;
  readonly problem: ChainProblem | null;
}

/** One link of a chain: the canonical form of an event, with the hash before it and its own. */
export interface ChainLink extends TrustedPoint {
  readonly previous: string | null;
  readonly canonical: string;
}

const problem = (kind: ProblemKind, sequence: number, message: string): ChainProblem => ({ kind, sequence, message });

/** @returns why the link is not the one that follows `last`; null when it is. */
export function linkProblem(link: ChainLink, last: TrustedPoint | null): ChainProblem | null {
  const { sequence } = link;
  const expected = (last?.sequence ?? 0) + 1;
  if (sequence > expected)
    return problem('MISSING', expected, `Event ${expected} is missing: event ${sequence} is in its place.`);
  if (sequence < expected)
    return problem('OUT_OF_ORDER', sequence, `Event ${sequence} is in the place of event ${expected}.`);
  return hashOf(link.canonical) === link.hash && link.previous === (last?.hash ?? null)
    ? null
    : problem(
        'EDITED',
        expected,
        `Event ${expected} is not what was written: its contents or its place in the chain changed.`,
      );
}

type Source<T> = AsyncIterable<T> | Iterable<T>;

/** Trusted points in the order of their sequence, one at a time. */
class TrustedPoints {
  readonly #iterator: AsyncIterator<TrustedPoint> | Iterator<TrustedPoint>;
  next: TrustedPoint | null = null;
  /** The last one that the chain agreed with. */
  #agreed: TrustedPoint | null = null;

  constructor(points: Source<TrustedPoint>) {
    this.#iterator = Symbol.asyncIterator in points ? points[Symbol.asyncIterator]() : points[Symbol.iterator]();
  }

  async advance(): Promise<void> {
    const step: IteratorResult<TrustedPoint, unknown> = await this.#iterator.next();
    this.next = step.done ? null : step.value;
  }

  /** @returns a problem when the event has another hash than the trusted point of its sequence. */
  async compare({ sequence, hash }: TrustedPoint): Promise<ChainProblem | null> {
    while (this.next && this.next.sequence < sequence) await this.advance();
    if (this.next?.sequence !== sequence) return null;
    if (this.next.hash === hash) {
      this.#agreed = this.next;
      return null;
    }
    const first = (this.#agreed?.sequence ?? 0) + 1;
    const where = first === sequence ? `Event ${sequence} was` : `Events were, somewhere from ${first} to ${sequence},`;
    return problem(
      'REWRITTEN',
      first,
      `${where} rewritten together with their hashes after the checkpoint of event ${sequence} was taken.`,
    );
  }
}

/**
 * @param events of one account, as they are stored.
 * @param start the event before them; null for the beginning of the chain.
 * @param trustedPoints that were stored elsewhere, in the order of their sequence.
 */
export async function verifyChain(
  events: Source<StoredEvent>,
  start: TrustedPoint | null,
  trustedPoints: Source<TrustedPoint> = [],
): Promise<Verification> {
  const trusted = new TrustedPoints(trustedPoints);
  await trusted.advance();
  let last = start;
  let checked = 0;
  for await (const event of events) {
    const { sequence, hash } = event;
    const previous = last?.hash ?? null;
    const problem =
      linkProblem({ sequence, hash, previous, canonical: canonicalText(event, previous) }, last) ??
      (await trusted.compare(event));
    if (problem) return { checked, last, problem };
    last = { sequence, hash };
    checked += 1;
  }
  const end = last?.sequence ?? 0;
  if (start && checked === 0) await trusted.compare(start);
  while (trusted.next && trusted.next.sequence <= end) await trusted.advance();
  const cutOff = trusted.next
    ? problem(
        'TRUNCATED',
        end + 1,
        `Event ${end + 1} and those after it are missing: a checkpoint names event ${trusted.next.sequence}.`,
      )
    : null;
  return { checked, last, problem: cutOff };
}
