/** Recorded rows with the API's names, and the differences between two of them. */
import type { JsonRecord } from '../graph/queries/account-row';
import { differences, type Difference } from '../util/json-values';

const POSTGRES_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?\d*\+00:00$/;

const camel = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function asSent(column: string, value: unknown): unknown {
  const [, seconds, fraction = ''] =
    (column.endsWith('_at') && typeof value === 'string' && POSTGRES_TIME.exec(value)) || [];
  return seconds === undefined ? value : `${seconds}.${fraction.padEnd(3, '0')}Z`;
}

/** Generated columns, which only repeat another column of the row. */
const COMPUTED = new Set(['owner_team']);

/** A recorded row with the API's names and times; null stays null. */
export const toApiRow = (row: JsonRecord | null): JsonRecord | null =>
  row === null
    ? null
    : Object.fromEntries(
        Object.entries(row)
          .filter(([column]) => !COMPUTED.has(column))
          .map(([column, value]) => [camel(column), asSent(column, value)]),
      );

/** Fields that change with every event and carry no information. */
const BOOKKEEPING = new Set(['updatedAt', 'version']);

/** The changes of an event, one entry per path; a created or deleted row has one for each of its fields. */
export const diffRows = (before: JsonRecord | null, after: JsonRecord | null): Difference[] =>
  differences(toApiRow(before) ?? {}, toApiRow(after) ?? {})
    .filter(({ path }) => !BOOKKEEPING.has(path))
    .sort((left, right) => (left.path < right.path ? -1 : 1));
