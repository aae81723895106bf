/** Recorded rows in the words of the API, and what differs between two of them. */
import type { JsonRecord } from '../graph/queries/account-row';
import { differences, type Difference } from '../util/json-values';

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

/** Fields that change with every event and say nothing of it. */
const BOOKKEEPING = new Set(['updatedAt', 'version']);

/** What an event changed, one entry a place, by path; a row that is new or gone has an entry for each of its fields. */
export const diffRows = (before: JsonRecord | null, after: JsonRecord | null): Difference[] =>
  differences(toApiRow(before) ?? {}, toApiRow(after) ?? {})
    .filter(({ path }) => !BOOKKEEPING.has(path))
    .sort((left, right) => (left.path < right.path ? -1 : 1));
