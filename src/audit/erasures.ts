/** Tracks events without images until the ERASE event that accounts for them is found. */
import { ERASED, hashOf, type StoredEvent } from './canonical';

/** The image of an ERASE event: for form 1 events, the digests of the remaining text. */
interface ErasureSummary {
  readonly form1?: Readonly<Record<string, string>>;
}

export const ERASE = 'ERASE';

/** The events of a row that have no images. */
interface Pending<Place> {
  readonly resourceType: string;
  readonly resourceId: string;
  readonly firstSequence: number;
  lastSequence: number;
  /** The verifier's position before the first of them. */
  readonly place: Place;
  /** For form 1 events, by sequence: the digest that the ERASE event must contain. */
  readonly remains: Map<number, string>;
}

const rowOf = ({ resourceType, resourceId }: Pick<StoredEvent, 'resourceType' | 'resourceId'>): string =>
  `${resourceType}/${resourceId}`;

export class Erasures<Place> {
  readonly #pending = new Map<string, Pending<Place>>();

  /** @param canonical the event's canonical text; in form 1 with "erased" in place of the images. */
  add(event: StoredEvent, canonical: string, place: Place): void {
    const { resourceType, resourceId, sequence, form } = event;
    let pending = this.#pending.get(rowOf(event));
    if (!pending) {
      pending = {
        resourceType,
        resourceId,
        firstSequence: sequence,
        lastSequence: sequence,
        place,
        remains: new Map<number, string>(),
      };
      this.#pending.set(rowOf(event), pending);
    }
    pending.lastSequence = sequence;
    if (form === 1) pending.remains.set(sequence, hashOf(canonical));
  }

  /**
   * Applies an ERASE event, which accounts for all earlier events of its row.
   * @param image the ERASE event's image.
   * @returns the first form 1 event whose remaining text differs from the ERASE event's digest; null if there is none.
   */
  settle(row: Pick<StoredEvent, 'resourceType' | 'resourceId'>, image: string | null): number | null {
    const pending = this.#pending.get(rowOf(row));
    if (!pending) return null;
    this.#pending.delete(rowOf(row));
    if (pending.remains.size === 0) return null;
    const { form1 = {} } = JSON.parse(image ?? '{}') as ErasureSummary;
    for (const [sequence, digest] of pending.remains) if (form1[String(sequence)] !== digest) return sequence;
    return null;
  }

  /** Events that no ERASE event accounted for, earliest first. */
  left(): readonly Readonly<Pending<Place>>[] {
    return [...this.#pending.values()].sort((left, right) => left.firstSequence - right.firstSequence);
  }
}

/** An image as shown in exports and lists. */
export const imageText = (event: StoredEvent, which: 'before' | 'after'): string | null =>
  event.images === null ? ERASED : event.images[which];
