/** Recorded rows in the words of the API, and what differs between two of them. */
import type { JsonRecord } from '../graph/queries/account-row';

/** Both sides are null when a name that held null came or went. */
export interface Change {
  /** For example `metadata.owner.team`, or `metadata["a name. With dots"].team`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

const POSTGRES_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?\d*\+00:00$/;

const camel = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function asSent(column: string, value: unknown): unknown {
  const [, seconds, fraction = ''] =
    (column.endsWith('_at') && typeof value === 'string' && POSTGRES_TIME.exec(value)) || [];
  return seconds === undefined ? value : `${seconds}.${fraction.padEnd(3, '0')}Z`;
}

/** Columns that PostgreSQL computes from another one of the row, which tells the same. */
const COMPUTED = new Set(['owner_team']);

/** A recorded row with the names and times of the API; null stays null. */
export const toApiRow = (row: JsonRecord | null): JsonRecord | null =>
  row === null
    ? null
    : Object.fromEntries(
        Object.entries(row)
          .filter(([column]) => !COMPUTED.has(column))
          .map(([column, value]) => [camel(column), asSent(column, value)]),
      );

const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSame = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

/** What a name may hold to stand in a path as it is. */
const PLAIN = /^[^.[\]"\s\p{Cc}]+$/u;

/** A name that could be taken for more than one step, or for none, stands in quotes. */
const step = (path: string, name: string): string =>
  !PLAIN.test(name) ? `${path}[${JSON.stringify(name)}]` : path === '' ? name : `${path}.${name}`;

const own = (record: JsonRecord, name: string): unknown => (Object.hasOwn(record, name) ? record[name] : null);

function* differences(path: string, before: unknown, after: unknown): Generator<Change> {
  if (isRecord(before) && isRecord(after)) {
    for (const name of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
      const place = step(path, name);
      const [left, right] = [own(before, name), own(after, name)];
      // Within a column a name that holds null is not the same as no such name; a column is always there.
      const cameOrWent = path !== '' && Object.hasOwn(before, name) !== Object.hasOwn(after, name);
      if (cameOrWent && left === right) yield { path: place, before: left, after: right };
      else yield* differences(place, left, right);
    }
  } else if (!isSame(before, after)) {
    yield { path, before, after };
  }
}

/** Fields that change with every event and say nothing of it. */
const BOOKKEEPING = new Set(['updatedAt', 'version']);

/** What an event changed, one entry a place; a row that is new or gone has an entry for each of its fields. */
export const diffRows = (before: JsonRecord | null, after: JsonRecord | null): Change[] =>
  [...differences('', toApiRow(before) ?? {}, toApiRow(after) ?? {})].filter(({ path }) => !BOOKKEEPING.has(path));
