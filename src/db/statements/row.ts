/** Rows as the read path hands them out: plain objects that carry the scope they were read under. */
import type { Column } from './table';
import type { Scope } from '../scope';

/** Under this key a row carries its scope, so that whatever hangs off the row is read under the same one. */
export const SCOPE: unique symbol = Symbol('scope');

export interface StoredRow {
  readonly id: string;
  readonly [SCOPE]?: Scope;
}

/** A row of one account. */
export interface OwnedRow extends StoredRow {
  readonly accountId: string;
}

/** @throws for a row that was not read under a scope: nothing may hang off it. */
export function scopeOfRow(row: StoredRow): Scope {
  const scope = row[SCOPE];
  if (!scope) throw new Error('A row without a scope leads nowhere');
  return scope;
}

/** What was kept as JSON leads on like a row that was read: every object with an id carries the scope. */
export const withScope = (value: unknown, scope: Scope): unknown =>
  typeof value === 'object' && value !== null && 'id' in value ? { ...value, [SCOPE]: scope } : value;

/** Turns the driver's arrays into rows of an entity; `skip` leading values are not part of the row. */
export function toRows<Row extends StoredRow>(
  arrays: readonly unknown[][],
  columns: readonly Column[],
  scope: Scope,
  skip = 0,
): Row[] {
  return arrays.map((values) => toRow<Row>(values, columns, scope, skip));
}

export function toRow<Row extends StoredRow>(
  values: readonly unknown[],
  columns: readonly Column[],
  scope: Scope,
  skip = 0,
): Row {
  const row: Record<string | symbol, unknown> = { [SCOPE]: scope };
  for (let index = 0; index < columns.length; index += 1) {
    const column = columns[index];
    if (column) row[column.property] = values[index + skip];
  }
  // The one place where selected columns become an entity's row: the columns come from that entity's own metadata.
  return row as unknown as Row;
}
