/** The operations of a change: rows are locked, stored, changed and removed by account and id, all or nothing. */
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import type { AccountId } from '../auth/caller';
import { notFound } from '../errors';
import type { Database } from './database';
import type { PreparedQuery } from './pipeline/batch';
import type { Quota } from './quotas';
import {
  deleteRow,
  insertRow,
  lockRows,
  rowsBeyond,
  updateRow,
  type DatabaseTime,
  type Lock,
  type RowQuery,
  type Values as Cells,
} from './statements/change';
import { lockChildren, lockDeletedWith, lockDependents, lockExpired } from './statements/dependents';
import type { Restriction } from './restriction';
import { linksOf, lockLinks, unlink, type LinkTable } from './statements/links';
import { toRows, type RowScope, type StoredRow } from './statements/row';
import type { Table } from './statements/table';
import type { UnitOfWork, Writer } from './unit-of-work';

export { DatabaseTime } from './statements/change';

/** What a transaction needs of the scope that it writes under; see scope.ts. */
export interface TransactionScope extends Writer, RowScope {
  readonly database: Database;
  readonly restriction: Restriction | null;
  table(entity: EntityTarget<ObjectLiteral>): Table;
  requireAccount(): AccountId;
}

export type EntityClass<Row extends ObjectLiteral> = new () => Row;

/** Values to store, or times by the database's clock. */
export type Values<Row> = { readonly [Property in keyof Row]?: Row[Property] | DatabaseTime };

/** What was changed, and its new version. */
export interface Changed {
  readonly id: string;
  readonly version: number;
}

/** Statements of one round trip. */
const MAX_BATCH = 500;

const BEGAN_AT: PreparedQuery = { name: 'began_at', text: 'SELECT now()', values: [] };

function* chunks<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += MAX_BATCH) yield items.slice(start, start + MAX_BATCH);
}

export class Transaction {
  constructor(
    readonly scope: TransactionScope,
    private readonly unit: UnitOfWork,
    /** Whether COMMIT may be sent along with a statement marked as the last. */
    private readonly commitsWithLast: boolean,
  ) {}

  /** Runs one statement, which sees earlier writes. */
  async read(query: PreparedQuery): Promise<unknown[][]> {
    const [rows = []] = await this.unit.run([query]);
    return rows;
  }

  /** When it began, by the database's clock. */
  async beganAt(): Promise<Date> {
    const [[time] = []] = await this.read(BEGAN_AT);
    return new Date(String(time));
  }

  /** Runs several statements in one round trip. */
  run(queries: readonly PreparedQuery[]): Promise<unknown[][][]> {
    return this.unit.run(queries);
  }

  /** Runs the change's last statement: no statement may follow in the transaction. */
  async runLast(query: PreparedQuery): Promise<unknown[][]> {
    const [rows = []] = await (this.commitsWithLast ? this.unit.runAndCommit([query]) : this.unit.run([query]));
    return rows;
  }

  /**
   * The scope's rows with these ids, locked against deletion until the transaction ends; omits missing, deleted and
   * foreign ids.
   */
  async lockRows<Row extends StoredRow>(
    entity: EntityClass<Row>,
    ids: readonly string[],
    { lock = 'SHARE', deleted = false }: Partial<Lock> = {},
  ): Promise<Row[]> {
    if (ids.length === 0) return [];
    const table = this.table(entity);
    return this.rowsOf<Row>(entity, [lockRows(table, this.scope.accountId, ids, { lock, deleted })]);
  }

  /** Rows of the scope with all their columns, found by statements in one round trip. */
  async rowsOf<Row extends StoredRow>(entity: EntityClass<Row>, queries: readonly RowQuery[]): Promise<Row[]> {
    if (queries.length === 0) return [];
    const table = this.table(entity);
    const answers = await this.run(queries);
    const rows = queries.flatMap(({ columns }, index) => toRows<Row>(answers[index] ?? [], columns, this.scope));
    await this.scope.restriction?.mark(table, rows);
    for (const row of rows) this.#touch(table, row);
    return rows;
  }

  /** Locks one row of the scope that is not deleted, for a change. @throws GatewayError NOT_FOUND */
  async lockRow<Row extends StoredRow>(entity: EntityClass<Row>, id: string, deleted = false): Promise<Row> {
    const [row] = await this.lockRows(entity, [id], { lock: 'UPDATE', deleted });
    if (!row) throw notFound();
    return row;
  }

  /**
   * Stores one row.
   * @param last no statement may follow in the transaction.
   * @param quota the account's row limit.
   * @throws GatewayError QUOTA_EXCEEDED
   */
  async insert<Row extends StoredRow>(
    entity: EntityClass<Row>,
    values: Values<Row>,
    last = false,
    quota: Quota | null = null,
  ): Promise<Row> {
    const table = this.table(entity);
    this.scope.restriction?.refuseNewRow(table, values);
    this.#touch(table, values);
    const maximum = quota?.maximum ?? 0;
    const [row] = await this.#rows<Row>(insertRow(table, { ...values }, table.columns.keys(), maximum), last);
    if (!row && quota && maximum > 0) {
      this.unit.insertedNothing();
      throw quota.refusal();
    }
    // Only a trigger or a rule that somebody added can suppress a row.
    if (!row) throw new Error(`${table.name} did not keep a row that was inserted`);
    await this.scope.restriction?.mark(table, [row]);
    return row;
  }

  /**
   * Changes one row that `lockRow` returned and increments its version.
   * @param last no statement may follow in the transaction.
   * @returns the row as it is now.
   * @throws GatewayError NOT_FOUND when the row is not the account's.
   */
  async update<Row extends StoredRow & { readonly accountId?: string }>(
    entity: EntityClass<Row>,
    row: Row,
    patch: Values<Row>,
    last = false,
  ): Promise<Row> {
    const table = this.table(entity);
    this.scope.restriction?.refuseMove(table, patch);
    this.#touch(table, row);
    const [changed] = await this.#rows<Row>(updateRow(table, row.accountId ?? null, row.id, { ...patch }), last);
    if (!changed) throw notFound();
    return { ...row, ...changed };
  }

  /** Fails when an account exceeds its row limit. @throws GatewayError QUOTA_EXCEEDED */
  async refuseBeyond(table: Table, accountId: string, { maximum, refusal }: Quota): Promise<void> {
    if (maximum === 0) return;
    const beyond = await this.read(rowsBeyond(table, accountId, maximum));
    if (beyond.length > 0) throw refusal();
  }

  /** Stores rows in order, in one round trip per hundred. */
  async insertAll(table: Table, accountId: string, rows: readonly Cells[]): Promise<void> {
    for (const chunk of chunks(rows)) await this.run(chunk.map((row) => insertRow(table, { ...row, accountId }, [])));
  }

  /** Changes rows in the order of the patches. Omits rows that are gone from the result. */
  async updateAll(
    table: Table,
    accountId: string,
    patches: readonly (Cells & { readonly id: string })[],
  ): Promise<Changed[]> {
    const changed: Changed[] = [];
    for (const chunk of chunks(patches)) {
      const changes = chunk.map(({ id, ...patch }) => updateRow(table, accountId, id, patch));
      const answers = await this.run(changes);
      for (const [index, { columns }] of changes.entries())
        changed.push(...toRows<Changed & StoredRow>(answers[index] ?? [], columns, this.scope));
    }
    return changed.map(({ id, version }) => ({ id, version }));
  }

  /** Locks the rows that are not deleted and refer to one of the ids. @returns their ids, in order. */
  async lockDependents(table: Table, column: string, accountId: string, ids: readonly string[]): Promise<string[]> {
    return this.#ids(lockDependents(table, column, accountId, ids));
  }

  /** Ids of at most `limit` rows, deleted or not, whose column contains one of these, in order, locked. */
  async lockChildren(
    table: Table,
    column: string,
    accountId: string,
    ids: readonly string[],
    limit: number,
  ): Promise<string[]> {
    return this.#ids(lockChildren(table, column, accountId, ids, limit));
  }

  /** Ids of the rows soft-deleted by one deletion, in order, locked; none if `deletionId` is null. */
  async lockDeletedWith(table: Table, accountId: string, deletionId: string | null): Promise<string[]> {
    return deletionId === null ? [] : this.#ids(lockDeletedWith(table, accountId, deletionId));
  }

  /** Ids of at most `limit` expired rows, oldest first, locked. @param time a property. */
  async lockExpired(table: Table, time: string, accountId: string, before: string, limit: number): Promise<string[]> {
    return this.#ids(lockExpired(table, time, accountId, before, limit));
  }

  async #ids(query: PreparedQuery): Promise<string[]> {
    return (await this.read(query)).map(([id]) => String(id));
  }

  /** Permanently removes rows, in the order of the given ids. */
  async deleteAll(table: Table, accountId: string, ids: readonly string[]): Promise<void> {
    for (const chunk of chunks(ids)) await this.run(chunk.map((id) => deleteRow(table, accountId, id)));
  }

  /** Locks the links of a table in an account against other changes until the transaction ends. */
  async lockLinks(through: Table, accountId: string): Promise<void> {
    await this.read(lockLinks(through, accountId));
  }

  /** Pairs of ids, near and far, in order: what the near rows are joined to. */
  async linksOf(link: LinkTable, accountId: string, nearIds: readonly string[]): Promise<unknown[][]> {
    return this.read(linksOf(link, accountId, nearIds));
  }

  /** Removes the links of the near rows, in the order of their ids. */
  async unlinkAll(link: LinkTable, accountId: string, nearIds: readonly string[]): Promise<void> {
    if (nearIds.length === 0) return;
    const pairs = await this.linksOf(link, accountId, nearIds);
    for (const chunk of chunks(pairs)) await this.run(chunk.map(([near, far]) => unlink(link, accountId, near, far)));
  }

  table(entity: EntityTarget<ObjectLiteral>): Table {
    return this.scope.table(entity);
  }

  async #rows<Row extends StoredRow>(change: RowQuery, last: boolean): Promise<Row[]> {
    const rows = await (last ? this.runLast(change) : this.read(change));
    return toRows<Row>(rows, change.columns, this.scope);
  }

  #touch({ account }: Table, row: object): void {
    const owner: unknown = account === null ? undefined : Object.getOwnPropertyDescriptor(row, account)?.value;
    if (typeof owner === 'string') this.unit.touch(owner);
  }
}
