/** Rows of one entity under one Scope: every statement filters by account, and nothing here works without a scope. */
import { isUuid } from '../auth/caller';
import type { CursorCipher } from './cursor';
import { planList } from './statements/list-plan';
import { predicateValue, type Predicate } from './statements/predicate';
import { toRows, type StoredRow } from './statements/row';
import type { Scope } from './scope';
import {
  bound,
  COUNT_LIMIT,
  countStatement,
  getAllStatement,
  getStatement,
  listStatement,
  orderProperties,
  type Deleted,
  type Direction,
} from './statements/select';
import type { Table } from './statements/table';
import type { EntityClass } from './transaction';

interface ListRequest {
  /** Properties to select; id and account are always included. */
  readonly columns: readonly string[];
  readonly predicates: readonly Predicate[];
  readonly order: { readonly property: string; readonly direction: Direction };
  readonly deleted: Deleted;
  /** 1 to 100. */
  readonly size: number;
  /** Reads one extra row to find out whether there are more. */
  readonly fetchOneMore?: boolean;
  /** True for the last rows before the cursor. */
  readonly backwards: boolean;
  readonly cursor: string | null;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /**
   * Whether there are, or may be (see `end`), rows past the page in the direction it was read; false unless checked.
   */
  readonly more: boolean;
  /** Where a scan stopped at its row limit; null if it did not. */
  readonly end: Row | null;
  readonly cursorOf: (row: Row) => string;
  readonly count: () => Promise<RowCount>;
}

/** The total number of rows in a list, as far as they are counted. */
export interface RowCount {
  readonly count: number;
  /** False when there are, or may be, more. */
  readonly isExact: boolean;
}

/** A list whose conditions are split into those that an index answers and those checked on each row. */
interface PlannedList {
  readonly predicates: readonly Predicate[];
  readonly filtered: readonly Predicate[];
  readonly lead: Predicate | null;
  readonly readsWholeOrder: boolean;
  readonly deleted: Deleted;
  readonly oneAccount: boolean;
}

const DELETED: Predicate = { property: 'deletedAt', operator: 'isSet', value: true };

const opposite = (direction: Direction): Direction => (direction === 'ASC' ? 'DESC' : 'ASC');

export class Repository<Row extends StoredRow> {
  readonly table: Table;

  constructor(
    private readonly scope: Scope,
    entity: EntityClass<Row>,
    private readonly cursors: CursorCipher,
  ) {
    this.table = scope.table(entity);
  }

  /** @returns null alike for an id that is another account's, deleted, unknown, or malformed. */
  async get(id: string, columns: readonly string[], deleted: Deleted = 'EXCLUDE'): Promise<Row | null> {
    if (!isUuid(id)) return null;
    const statement = getStatement(this.table, this.#columns(columns), this.#oneAccount, deleted);
    const answer = await this.scope.readRows(bound(statement, [...this.#account, id]));
    const rows = toRows<Row>(answer, statement.columns, this.scope);
    await this.scope.restriction?.mark(this.table, rows);
    return rows[0] ?? null;
  }

  /**
   * The rows with these ids that are not deleted, by one statement however many there are.
   * @returns by id, in lower case; nothing for an id that is another account's, deleted, unknown, or malformed.
   */
  async getAll(ids: readonly string[], columns: readonly string[]): Promise<ReadonlyMap<string, Row>> {
    const statement = getAllStatement(this.table, this.#columns(columns), this.#oneAccount);
    const wanted = [...new Set(ids.filter(isUuid))];
    const answer = await this.scope.readRows(bound(statement, [...this.#account, wanted]));
    const rows = toRows<Row>(answer, statement.columns, this.scope);
    await this.scope.restriction?.mark(this.table, rows);
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** The row, not deleted, whose unique property has this value. */
  async find(property: string, value: string, columns: readonly string[]): Promise<Row | null> {
    const { rows } = await this.list({
      columns,
      predicates: [{ property, operator: 'equals', value }],
      order: { property: 'id', direction: 'ASC' },
      deleted: 'EXCLUDE',
      size: 1,
      backwards: false,
      cursor: null,
    });
    return rows[0] ?? null;
  }

  /** @throws GatewayError INVALID_CURSOR */
  async list(request: ListRequest): Promise<Page<Row>> {
    const { property, direction } = request.order;
    const { filtered, predicates, ...plan } = this.#plan(request);
    const shape = {
      columns: this.#columns(request.columns),
      predicates,
      filtered,
      order: { property, direction: request.backwards ? opposite(direction) : direction },
      seeks: request.cursor !== null,
      ...plan,
    };
    const list = [this.table.name, property, direction, this.scope.accountId ?? 'all'].join(' ');
    const key = orderProperties(shape, this.table);
    const position = request.cursor === null ? [] : this.#position(list, request.cursor, key.length);
    const statement = listStatement(this.table, shape);
    const values = [...this.#account, ...predicates.map(predicateValue), ...position, ...filtered.map(predicateValue)];
    const size = request.size + (request.fetchOneMore ? 1 : 0);
    const answer = await this.scope.readRows(bound(statement, [...values, size]));
    const found = toRows<Row>(answer, statement.columns, this.scope);
    await this.scope.restriction?.mark(this.table, found);
    const beyond = found.length > request.size;
    const [holds, last] = filtered.length === 0 ? [true, false] : (answer.at(-1)?.slice(-2) ?? [true, false]);
    const end = last === true && !(beyond && holds === true) ? (found.at(-1) ?? null) : null;
    if (beyond || holds !== true) found.pop();
    const more = beyond || end !== null;
    if (request.backwards) found.reverse();
    return {
      rows: found,
      more,
      end,
      cursorOf: (row) =>
        this.cursors.encrypt(
          list,
          key.map((property) => row[property as keyof Row]),
        ),
      count: () => this.#count(request),
    };
  }

  async #count(request: ListRequest): Promise<RowCount> {
    const { predicates, filtered, ...plan } = this.#plan(request);
    const shape = { columns: [], predicates, filtered, order: request.order, seeks: false, ...plan };
    const values = [...this.#account, ...predicates.map(predicateValue), ...filtered.map(predicateValue)];
    const [row = []] = await this.scope.readRows(bound(countStatement(this.table, shape), values));
    const [count, looked] = row.map(Number);
    return { count: Math.min(count ?? 0, COUNT_LIMIT), isExact: (looked ?? 0) <= COUNT_LIMIT };
  }

  /** The conditions that an index answers. */
  #plan({ predicates: requested, order, deleted }: ListRequest): PlannedList {
    // Deleted rows have no index of their own: each is checked.
    const onlyDeleted = deleted === 'ONLY' && this.table.softDeletes;
    const given = onlyDeleted ? [...requested, DELETED] : requested;
    const { indexed: predicates, ...plan } = planList(this.table, given, order.property, this.#oneAccount);
    const shown: Deleted = onlyDeleted ? 'INCLUDE' : deleted;
    return { predicates, deleted: shown, oneAccount: this.#oneAccount, ...plan };
  }

  /** Includes the columns that determine whether a restricted key can see the row. */
  #columns(requested: readonly string[]): readonly string[] {
    const { restriction } = this.scope;
    return restriction ? [...requested, ...restriction.columns(this.table)] : requested;
  }

  #position(list: string, cursor: string, length: number): unknown[] {
    const position = this.cursors.decrypt(list, cursor);
    return position.slice(0, length);
  }

  get #oneAccount(): boolean {
    return this.scope.accountId !== null;
  }

  get #account(): readonly string[] {
    return this.scope.accountId === null ? [] : [this.scope.accountId];
  }
}
