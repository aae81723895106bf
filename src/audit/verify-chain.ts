/** Verifies a hash chain of events, from the database or from a file, and names the first event that is not as written. */
import { canonicalText, hashOf, hasItsImages, type StoredEvent } from './canonical';
import { ERASE, Erasures } from './erasures';

/** A place in a chain and the hash it had; stored elsewhere it shows what was rewritten or cut off. */
export interface TrustedPoint {
  readonly sequence: number;
  readonly hash: string;
}

export type ProblemKind = 'EDITED' | 'MISSING' | 'OUT_OF_ORDER' | 'REWRITTEN' | 'TRUNCATED' | 'IMAGE_MISSING';

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

/** One link of a chain: an event, the hash before it, and its canonical form as it was stored. */
export interface ChainLink {
  readonly event: StoredEvent;
  readonly previous: string | null;
  readonly canonical: string;
}

const problem = (kind: ProblemKind, sequence: number, message: string): ChainProblem => ({ kind, sequence, message });

const edited = (sequence: number): ChainProblem =>
  problem(
    'EDITED',
    sequence,
    `Event ${sequence} is not what was written: its contents or its place in the chain changed.`,
  );

/** The ERASE event after a place that names a row: its image; undefined when there is none. */
export type LaterErasure = (resourceType: string, resourceId: string, after: number) => Promise<string | undefined>;

/** The one verifier: takes the events of one account in their order. */
export class ChainVerifier {
  #last: TrustedPoint | null;
  readonly #erasures = new Erasures<TrustedPoint | null>();

  /** @param start the event before the first; null for the beginning of the chain. */
  constructor(private readonly start: TrustedPoint | null) {
    this.#last = start;
  }

  /** The last event that is as it was written. */
  get last(): TrustedPoint | null {
    return this.#last;
  }

  /** @param last the last event that is as it was written. */
  result(problem: ChainProblem | null, last = this.#last): Verification {
    return { checked: (last?.sequence ?? 0) - (this.start?.sequence ?? 0), last, problem };
  }

  /** @returns why the link is not the one that follows; null when it is. */
  add(link: ChainLink): ChainProblem | null {
    const fault = this.#linkProblem(link) ?? this.#imageProblem(link);
    if (fault) return fault;
    const { sequence, hash } = link.event;
    this.#last = { sequence, hash };
    return null;
  }

  /** Goes back to an earlier place, from which events come again. */
  restart(last: TrustedPoint | null): void {
    this.#last = last;
  }

  #linkProblem({ event, previous, canonical }: ChainLink): ChainProblem | null {
    const last = this.#last;
    const { sequence, hash } = event;
    const expected = (last?.sequence ?? 0) + 1;
    if (sequence > expected)
      return problem('MISSING', expected, `Event ${expected} is missing: event ${sequence} is in its place.`);
    if (sequence < expected)
      return problem('OUT_OF_ORDER', sequence, `Event ${sequence} is in the place of event ${expected}.`);
    // Of form 1 without its images the hash cannot be made again: the ERASE event accounts for the rest.
    const isUnhashable = event.form === 1 && event.images === null;
    return (isUnhashable || hashOf(canonical) === hash) && previous === (last?.hash ?? null) ? null : edited(expected);
  }

  #imageProblem({ event, canonical }: ChainLink): ChainProblem | null {
    const { sequence, images } = event;
    if (images !== null && !hasItsImages(event, images)) return edited(sequence);
    if (event.action === ERASE) {
      if (images === null) return imageMissing(sequence);
      const changed = this.#erasures.settle(event, images.after);
      return changed === null ? null : edited(changed);
    }
    if (images === null) this.#erasures.add(event, canonical, this.#last);
    return null;
  }

  /** Once all events were taken: are there events without images that no ERASE event accounts for? */
  async end(laterErasure: LaterErasure = async () => undefined): Promise<Verification> {
    for (const { resourceType, resourceId, firstSequence, lastSequence, place } of this.#erasures.left()) {
      const image = await laterErasure(resourceType, resourceId, lastSequence);
      if (image === undefined) return this.result(imageMissing(firstSequence), place);
      const changed = this.#erasures.settle({ resourceType, resourceId }, image);
      if (changed !== null) return this.result(edited(changed), place);
    }
    return this.result(null);
  }
}

const imageMissing = (sequence: number): ChainProblem =>
  problem(
    'IMAGE_MISSING',
    sequence,
    `The images of event ${sequence} are missing, and no ERASE event says why. An export that was taken during an erasure lacks it: take it again.`,
  );

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

/** What a chain is compared with besides itself. */
export interface Evidence {
  /** Points that were stored elsewhere, in the order of their sequence. */
  readonly trustedPoints?: Source<TrustedPoint>;
  /** Looks for ERASE events behind the last of `events`; without it there are none. */
  readonly laterErasure?: LaterErasure;
}

/**
 * @param events of one account, as they are stored.
 * @param start the event before them; null for the beginning of the chain.
 */
export async function verifyChain(
  events: Source<StoredEvent>,
  start: TrustedPoint | null,
  { trustedPoints = [], laterErasure }: Evidence = {},
): Promise<Verification> {
  const trusted = new TrustedPoints(trustedPoints);
  await trusted.advance();
  const verifier = new ChainVerifier(start);
  for await (const event of events) {
    const { last } = verifier;
    const previous = last?.hash ?? null;
    const fault =
      verifier.add({ event, previous, canonical: canonicalText(event, previous) }) ?? (await trusted.compare(event));
    if (fault) return verifier.result(fault, last);
  }
  const end = verifier.last?.sequence ?? 0;
  if (start && end === start.sequence) await trusted.compare(start);
  while (trusted.next && trusted.next.sequence <= end) await trusted.advance();
  if (trusted.next) {
    const message = `Event ${end + 1} and those after it are missing: a checkpoint names event ${trusted.next.sequence}.`;
    return verifier.result(problem('TRUNCATED', end + 1, message));
  }
  return verifier.end(laterErasure);
}
