/** Events without images, until the ERASE event that accounts for them is found. */
import { ERASED, hashOf, type StoredEvent } from './canonical';

/** What an ERASE event keeps as its image: of the events of form 1, the digests of what is left. */
interface ErasureSummary {
  readonly form1?: Readonly<Record<string, string>>;
}

export const ERASE = 'ERASE';

/** The events of one row that have no images. */
interface Pending<Place> {
  readonly resourceType: string;
  readonly resourceId: string;
  readonly firstSequence: number;
  lastSequence: number;
  /** Where verification stood before the first of them. */
  readonly place: Place;
  /** By sequence, of events of form 1: what the ERASE event must say. */
  readonly remains: Map<number, string>;
}

const rowOf = ({ resourceType, resourceId }: Pick<StoredEvent, 'resourceType' | 'resourceId'>): string =>
  `${resourceType}/${resourceId}`;

export class Erasures<Place> {
  readonly #pending = new Map<string, Pending<Place>>();

  /** @param canonical of the event: of form 1, with "erased" in place of the images. */
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
   * An ERASE event accounts for the events before it of the row that it names.
   * @param image of the ERASE event.
   * @returns the first event of form 1 of which something else is left than the ERASE event says; null when there is none.
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

  /** Those that nothing accounted for, the earliest first. */
  left(): readonly Readonly<Pending<Place>>[] {
    return [...this.#pending.values()].sort((one, other) => one.firstSequence - other.firstSequence);
  }
}

/** An image as exports and lists show it. */
export const imageText = (event: StoredEvent, which: 'before' | 'after'): string | null =>
  event.images === null ? ERASED : event.images[which];
