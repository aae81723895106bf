/** Walks a chain of events and names the first that is not as it was written. */
import { canonicalText, hashOf, type StoredEvent } from './canonical';

/** A place in a chain and the hash it had; kept elsewhere it tells what was rewritten or cut off. */
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
  /** Events that were found as they were written, before the fault if there is one. */
  readonly checked: number;
  /** The last of them; the anchor that was started from when there is none. */
  readonly last: TrustedPoint | null;
  readonly problem: ChainProblem | null;
}

type Source<T> = AsyncIterable<T> | Iterable<T>;

const fault = (kind: ProblemKind, sequence: number, message: string): ChainProblem => ({ kind, sequence, message });

function sequenceProblem(event: StoredEvent, expected: number): ChainProblem {
  return event.sequence > expected
    ? fault('MISSING', expected, `Event ${expected} is missing: event ${event.sequence} stands in its place.`)
    : fault('OUT_OF_ORDER', event.sequence, `Event ${event.sequence} stands where event ${expected} belongs.`);
}

/** The anchors in the order of their sequence, one at a time. */
class TrustedPoints {
  readonly #iterator: AsyncIterator<TrustedPoint> | Iterator<TrustedPoint>;
  next: TrustedPoint | null = null;
  /** The last one that the chain agreed with. */
  held: TrustedPoint | null = null;

  constructor(anchors: Source<TrustedPoint>) {
    this.#iterator = Symbol.asyncIterator in anchors ? anchors[Symbol.asyncIterator]() : anchors[Symbol.iterator]();
  }

  async advance(): Promise<void> {
    const step: IteratorResult<TrustedPoint, unknown> = await this.#iterator.next();
    this.next = step.done ? null : step.value;
  }

  /** @returns a fault when the event is not the one that was there when the anchor was taken. */
  async compare({ sequence, hash }: TrustedPoint): Promise<ChainProblem | null> {
    while (this.next && this.next.sequence < sequence) await this.advance();
    if (this.next?.sequence !== sequence) return null;
    if (this.next.hash === hash) {
      this.held = this.next;
      return null;
    }
    const first = (this.held?.sequence ?? 0) + 1;
    const where = first === sequence ? `Event ${sequence} was` : `Events were, somewhere from ${first} to ${sequence},`;
    return fault(
      'REWRITTEN',
      first,
      `${where} rewritten together with their hashes after the checkpoint of event ${sequence} was taken.`,
    );
  }
}

/**
 * @param events of one account, as they are stored or were exported.
 * @param start where the events begin: null for the beginning of the chain, otherwise the event before them.
 * @param anchors checkpoints that were kept elsewhere, in the order of their sequence.
 */
export async function verifyChain(
  events: Source<StoredEvent>,
  start: TrustedPoint | null,
  anchors: Source<TrustedPoint> = [],
): Promise<Verification> {
  const kept = new TrustedPoints(anchors);
  await kept.advance();
  let last = start;
  let checked = 0;
  for await (const event of events) {
    const expected = (last?.sequence ?? 0) + 1;
    const found =
      (event.sequence === expected ? null : sequenceProblem(event, expected)) ??
      (hashOf(canonicalText(event, last?.hash ?? null)) === event.hash
        ? null
        : fault(
            'EDITED',
            expected,
            `Event ${expected} is not what was written: its contents or its place in the chain changed.`,
          )) ??
      (await kept.compare(event));
    if (found) return { checked, last, problem: found };
    last = { sequence: event.sequence, hash: event.hash };
    checked += 1;
  }
  const end = last?.sequence ?? 0;
  if (start && checked === 0) await kept.compare(start);
  while (kept.next && kept.next.sequence <= end) await kept.advance();
  const cut = kept.next
    ? fault(
        'TRUNCATED',
        end + 1,
        `Event ${end + 1} and what followed it are gone: a checkpoint saw event ${kept.next.sequence}.`,
      )
    : null;
  return { checked, last, problem: cut };
}
