/** The SQL of indexes, each made for lists that are offered. For migrations. */
import { ofAllAccounts, ofWholeOrder } from '../statements/predicate';

/** For all accounts at once; closed to statements of one, see ofAllAccounts. */
export const allAccountsIndex = (table: string, name: string, columns: string): string =>
  `CREATE INDEX ${table}_${name} ON ${table} (${columns}, account_id) WHERE ${ofAllAccounts('account_id')}`;

/**
 * Indexes that keep lists from sorting an account: one for each column, and the order by id for all accounts at once.
 * What was deleted together is found by its deletion.
 */
export const listIndexes = (table: string, columns: readonly string[]): string[] => [
  allAccountsIndex(table, 'by_id', 'id'),
  `CREATE INDEX ${table}_by_deletion ON ${table} (account_id, deletion_id) WHERE deletion_id IS NOT NULL`,
  ...columns.map((column) => `CREATE INDEX ${table}_by_${column} ON ${table} (account_id, ${column}, id)`),
];

/** Indexes that keep a master key's lists of all accounts from sorting a table: one for each column. */
export const crossAccountIndexes = (table: string, columns: readonly string[]): string[] =>
  columns.map((column) => allAccountsIndex(table, `all_by_${column}`, `${column}, id`));

/** Only for the migration that made them: they are gone, since pages look at so many rows at most. */
export const prefixIndex = (table: string): string =>
  `CREATE INDEX ${table}_by_prefix ON ${table} (account_id, (lower(name) COLLATE "C"), id)`;

const OWNER_PARTS = ['team', 'email'];
const ownerPart = (part: string): string => `left(metadata -> 'owner' ->> '${part}', 64)`;

/** Only for the migration that made them: they are gone, since no account's key can make use of them. */
export const ownerIndexes = (table: string): string[] =>
  OWNER_PARTS.map(
    (part) =>
      `CREATE INDEX ${table}_by_owner_${part} ON ${table} (account_id, (${ownerPart(part)}), id) WHERE ${ownerPart(part)} IS NOT NULL`,
  );

/**
 * Indexes for `metadata.owner` in the list's own order, for all accounts at once; rows without one cost nothing.
 * @param order columns that end with the id.
 */
export const crossAccountOwnerIndexes = (table: string, order = 'id'): string[] =>
  OWNER_PARTS.map(
    (part) =>
      `${allAccountsIndex(table, `all_by_owner_${part}`, `(${ownerPart(part)}), ${order}`)} AND ${ownerPart(part)} IS NOT NULL`,
  );

/**
 * Indexes for a list's own order besides others that lead to stretches of it, of one account and of all.
 * @param id the column that ends the order.
 */
export const orderIndexes = (table: string, column: string, id: string): string[] => [
  `CREATE INDEX ${table}_by_${column} ON ${table} (account_id, ${column}, ${id}) WHERE ${ofWholeOrder(id)}`,
  `${allAccountsIndex(table, `all_by_${column}`, `${column}, ${id}`)} AND ${ofWholeOrder(id)}`,
];

/**
 * Indexes for lists of rows that share one value of a column, in the list's own order, of one account and of all.
 * @param order columns that end with the id.
 */
export const leadIndexes = (table: string, column: string, order: string, condition?: string): string[] => [
  `CREATE INDEX ${table}_by_${column} ON ${table} (account_id, ${column}, ${order})${condition ? ` WHERE ${condition}` : ''}`,
  `${allAccountsIndex(table, `all_by_${column}`, `${column}, ${order}`)}${condition ? ` AND ${condition}` : ''}`,
];
