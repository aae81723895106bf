/**
 * What an intruder with all rights on the database, or on a file, can do to a chain of twelve events. Events 7 and 8
 * belong to a row whose history was erased, which event 9 records; the other rows were not erased.
 */
import { canonicalText, hashOf, type Images, type StoredEvent } from '../../src/audit/canonical';

export interface Tampering {
  readonly name: string;
  /** @param events events 1 to 12, in order; the hash of each covers the one before. */
  readonly events: (events: readonly StoredEvent[]) => StoredEvent[];
  /** The signed end of a file is removed as well. */
  readonly withoutEnd?: boolean;
}

type Change = Partial<StoredEvent>;

const changed = (sequence: number, change: (event: StoredEvent) => Change): Tampering['events'] => {
  return (events) => events.map((event) => (event.sequence === sequence ? { ...event, ...change(event) } : event));
};

/** Recomputes every hash from the given event on, as the database does. */
function rehashed(events: readonly StoredEvent[], from: number): StoredEvent[] {
  let previous: string | null = null;
  return events.map((event, index) => {
    const hash: string = index + 1 < from ? event.hash : hashOf(canonicalText(event, previous));
    previous = hash;
    return { ...event, hash };
  });
}

const renumbered = (events: readonly StoredEvent[]): StoredEvent[] =>
  events.map((event, index) => ({ ...event, sequence: index + 1 }));

const withImages =
  (change: (images: Images) => Partial<Images>) =>
  ({ images }: StoredEvent): Change => ({ images: images && { ...images, ...change(images) } });

const COLUMNS: Readonly<Record<Exclude<keyof StoredEvent, 'sequence' | 'images'>, (event: StoredEvent) => Change>> = {
  form: () => ({ form: 1 }),
  accountId: () => ({ accountId: '01890000-0000-7000-8000-00000000abcd' }),
  at: ({ at }) => ({ at: at.replace(/.Z$/, (end) => (end === '7Z' ? '8Z' : '7Z')) }),
  actorKind: () => ({ actorKind: 'master' }),
  actorId: () => ({ actorId: null }),
  actorName: () => ({ actorName: 'somebody else' }),
  requestId: () => ({ requestId: 'another' }),
  address: () => ({ address: '10.0.0.1' }),
  operationName: () => ({ operationName: null }),
  reason: () => ({ reason: 'another' }),
  action: () => ({ action: 'DELETE' }),
  resourceType: () => ({ resourceType: 'Agent' }),
  resourceId: () => ({ resourceId: '01890000-0000-7000-8000-00000000abcd' }),
  beforeDigest: () => ({ beforeDigest: null }),
  afterDigest: () => ({ afterDigest: 'c'.repeat(64) }),
  hash: () => ({ hash: 'a'.repeat(64) }),
};

const IMAGES: Readonly<Record<string, (event: StoredEvent) => Change>> = {
  'remove the row before from event 6': withImages(() => ({ before: null })),
  'edit the row after in event 6': withImages(({ after }) => ({ after: (after ?? '').replace('version', 'revision') })),
  'add white space to the row after in event 6': withImages(({ after }) => ({ after: `${after ?? ''} ` })),
  'edit the salt of the row after in event 6': withImages(() => ({ afterSalt: 'd'.repeat(32) })),
  'remove the images of event 6': () => ({ images: null }),
};

/** Gives event 7, whose row was erased, a row again. */
const invented = (): Change => ({
  images: { before: null, beforeSalt: null, after: '{"name": "invented"}', afterSalt: 'e'.repeat(32) },
});

const forged = (events: readonly StoredEvent[]): StoredEvent[] =>
  events.slice(-1).map((last) => ({ ...last, sequence: last.sequence + 1, reason: 'forged', hash: 'b'.repeat(64) }));

export const TAMPERINGS: readonly Tampering[] = [
  { name: 'nothing', events: (events) => [...events] },
  ...Object.entries(COLUMNS).map(([column, change]) => ({
    name: `edit \`${column}\` of event 6`,
    events: changed(6, change),
  })),
  { name: 'edit the sequence of event 12', events: changed(12, () => ({ sequence: 14 })) },
  ...Object.entries(IMAGES).map(([name, change]) => ({ name, events: changed(6, change) })),
  {
    name: 'swap the images of events 5 and 6',
    events: (events) =>
      events.map((event, n) => ({ ...event, images: events[n === 4 ? 5 : n === 5 ? 4 : n]?.images ?? null })),
  },
  { name: 'put an erased image of event 7 back, altered', events: changed(7, invented) },
  { name: 'remove the image of event 9, the ERASE event', events: changed(9, () => ({ images: null })) },
  { name: 'delete event 9, the ERASE event', events: (events) => events.filter(({ sequence }) => sequence !== 9) },
  {
    name: 'delete event 9, the rest renumbered, every hash recomputed',
    events: (events) => rehashed(renumbered(events.filter((_, n) => n !== 8)), 9),
  },
  {
    name: 'let event 9 name another row, every hash recomputed',
    events: (events) => rehashed(changed(9, () => ({ resourceId: 'another' }))(events), 9),
  },
  { name: 'delete event 1', events: (events) => events.slice(1) },
  { name: 'delete event 6', events: (events) => events.filter(({ sequence }) => sequence !== 6) },
  { name: 'delete event 6, the rest renumbered', events: (events) => renumbered(events.filter((_, n) => n !== 5)) },
  { name: 'delete event 12, the last', events: (events) => events.slice(0, -1) },
  { name: 'truncate from 10 on', events: (events) => events.slice(0, 9) },
  { name: 'truncate, and remove the checkpoint', events: (events) => events.slice(0, 9), withoutEnd: true },
  { name: 'delete everything', events: () => [] },
  {
    name: 'swap events 5 and 6',
    events: (events) =>
      renumbered([...events.slice(0, 4), ...events.slice(5, 6), ...events.slice(4, 5), ...events.slice(6)]),
  },
  {
    name: 'insert a copy between 5 and 6, the rest renumbered',
    events: (events) => renumbered([...events.slice(0, 5), ...events.slice(4)]),
  },
  { name: 'a second event 6', events: (events) => events.flatMap((event, n) => (n === 5 ? [event, event] : [event])) },
  { name: 'append an event with a guessed hash', events: (events) => [...events, ...forged(events)] },
  {
    name: 'rewrite from 6 on, every hash recomputed',
    events: (events) => rehashed(changed(6, () => ({ reason: 'another' }))(events), 6),
  },
  {
    name: 'rewrite the whole chain, every hash recomputed',
    events: (events) => rehashed(changed(1, () => ({ actorName: 'somebody else' }))(events), 1),
  },
  {
    name: 'delete event 6, the rest renumbered, every hash recomputed',
    events: (events) => rehashed(renumbered(events.filter((_, n) => n !== 5)), 6),
  },
  {
    name: 'truncate from 10 on and append new events',
    events: (events) =>
      rehashed(
        events.map((event, n) => (n < 9 ? event : { ...event, reason: 'grown' })),
        10,
      ),
  },
  {
    name: 'append an event with a valid hash',
    events: (events) => rehashed([...events, ...forged(events)], events.length + 1),
  },
  { name: 'remove the signed end', events: (events) => [...events], withoutEnd: true },
];
