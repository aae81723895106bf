/** Rows as the read path returns them: plain objects that carry the scope they were read under. */
import type { AccountId } from '../../auth/caller';
import { SCOPE } from '../../util/scope-tag';
import type { Column } from './table';
import type { PreparedQuery } from '../pipeline/batch';

/** The key under which a row states that its scope's restricted key reaches it. */
export const REACHED: unique symbol = Symbol('reached');

/** What rows are read under; see scope.ts. */
export interface RowScope {
  /** Null for all accounts. */
  readonly accountId: AccountId | null;
  read(query: PreparedQuery): Promise<unknown[][]>;
}

export interface StoredRow {
  readonly id: string;
  readonly [SCOPE]?: RowScope;
  readonly [REACHED]?: true;
}

/** A row of one account. */
export interface OwnedRow extends StoredRow {
  readonly accountId: string;
}

/**
 * Stored JSON of an idempotent result resolves further fields like a row that was read: every object with an id carries
 * the scope.
 */
export const withScope = (value: unknown, scope: RowScope): unknown =>
  typeof value === 'object' && value !== null && 'id' in value ? { ...value, [SCOPE]: scope, [REACHED]: true } : value;

/** Turns the driver's arrays into rows of an entity; the first `skip` values are not part of the row. */
export function toRows<Row extends StoredRow>(
  arrays: readonly unknown[][],
  columns: readonly Column[],
  scope: RowScope,
  skip = 0,
): Row[] {
  return arrays.map((values) => toRow<Row>(values, columns, scope, skip));
}

export function toRow<Row extends StoredRow>(
  values: readonly unknown[],
  columns: readonly Column[],
  scope: RowScope,
  skip = 0,
): Row {
  const row: Record<string | symbol, unknown> = { [SCOPE]: scope };
  for (let index = 0; index < columns.length; index += 1) {
    const column = columns[index];
    if (column) row[column.property] = values[index + skip];
  }
  // The only place where selected columns become an entity's row: the columns come from that entity's own metadata.
  return row as unknown as Row;
}
