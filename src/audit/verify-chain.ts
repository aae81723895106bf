/** Verifies a hash chain of events from the database or a file, and names the first event that was altered. */
import { canonicalText, hashOf, hasItsImages, type StoredEvent } from './canonical';
import { ERASE, Erasures } from './erasures';

/** An event's sequence and hash; stored elsewhere, it reveals rewritten or truncated chains. */
export interface TrustedPoint {
  readonly sequence: number;
  readonly hash: string;
}

export type ProblemKind = 'EDITED' | 'MISSING' | 'OUT_OF_ORDER' | 'REWRITTEN' | 'TRUNCATED' | 'IMAGE_MISSING';

export interface ChainProblem {
  readonly kind: ProblemKind;
  /** The first affected event. */
  readonly sequence: number;
  readonly message: string;
}

export interface Verification {
  /** The number of intact events, up to the problem if there is one. */
  readonly checked: number;
  /** The last intact event; the point verification started after if there is none. */
  readonly last: TrustedPoint | null;
  readonly problem: ChainProblem | null;
}

/** A link of a chain: an event, the hash before it, and its canonical form as stored. */
export interface ChainLink {
  readonly event: StoredEvent;
  readonly previous: string | null;
  readonly canonical: string;
}

const problem = (kind: ProblemKind, sequence: number, message: string): ChainProblem => ({ kind, sequence, message });

const edited = (sequence: number): ChainProblem =>
  problem('EDITED', sequence, `Event ${sequence} was altered: its contents or its position in the chain changed.`);

/** The image of the next ERASE event that names a row; undefined if there is none. */
export type LaterErasure = (resourceType: string, resourceId: string, after: number) => Promise<string | undefined>;

/** The only verifier: takes the events of one account in order. */
export class ChainVerifier {
  #last: TrustedPoint | null;
  readonly #erasures = new Erasures<TrustedPoint | null>();

  /** @param start the event before the first one; null for the beginning of the chain. */
  constructor(private readonly start: TrustedPoint | null) {
    this.#last = start;
  }

  /** The last intact event. */
  get last(): TrustedPoint | null {
    return this.#last;
  }

  /** @param last the last intact event. */
  result(problem: ChainProblem | null, last = this.#last): Verification {
    return { checked: (last?.sequence ?? 0) - (this.start?.sequence ?? 0), last, problem };
  }

  /** @returns why the link does not continue the chain; null if it does. */
  add(link: ChainLink): ChainProblem | null {
    const fault = this.#linkProblem(link) ?? this.#imageProblem(link);
    if (fault) return fault;
    const { sequence, hash } = link.event;
    this.#last = { sequence, hash };
    return null;
  }

  /** Returns to an earlier point, from which events will be repeated. */
  restart(last: TrustedPoint | null): void {
    this.#last = last;
  }

  #linkProblem({ event, previous, canonical }: ChainLink): ChainProblem | null {
    const last = this.#last;
    const { sequence, hash } = event;
    const expected = (last?.sequence ?? 0) + 1;
    if (sequence > expected)
      return problem('MISSING', expected, `Event ${expected} is missing: event ${sequence} is at its position.`);
    if (sequence < expected)
      return problem('OUT_OF_ORDER', sequence, `Event ${sequence} is at the position of event ${expected}.`);
    // The hash of a form 1 event cannot be recomputed without its images: the ERASE event accounts for the rest.
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

  /** Call after the last event: are there events without images that no ERASE event accounts for? */
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
    `The images of event ${sequence} are missing, and no ERASE event explains it. An export that was made during an erasure may lack the ERASE event: export again.`,
  );

type Source<T> = AsyncIterable<T> | Iterable<T>;

/** Trusted points in sequence order, one at a time. */
class TrustedPoints {
  readonly #iterator: AsyncIterator<TrustedPoint> | Iterator<TrustedPoint>;
  next: TrustedPoint | null = null;
  /** The last trusted point that matched the chain. */
  #agreed: TrustedPoint | null = null;

  constructor(points: Source<TrustedPoint>) {
    this.#iterator = Symbol.asyncIterator in points ? points[Symbol.asyncIterator]() : points[Symbol.iterator]();
  }

  async advance(): Promise<void> {
    const step: IteratorResult<TrustedPoint, unknown> = await this.#iterator.next();
    this.next = step.done ? null : step.value;
  }

  /** @returns a problem if the event's hash differs from the trusted point of its sequence. */
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

/** What to verify a chain against besides itself. */
export interface Evidence {
  /** Points stored elsewhere, in sequence order. */
  readonly trustedPoints?: Source<TrustedPoint>;
  /** Finds ERASE events after the last of `events`; undefined: there are none. */
  readonly laterErasure?: LaterErasure;
}

/**
 * @param events one account's events as stored.
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
