/** One writing transaction: who acts is set first, every row is addressed by account and id, all or nothing. */
import { escapeLiteral } from 'pg';
import type { EntityManager, EntityTarget, ObjectLiteral, QueryDeepPartialEntity } from 'typeorm';
import { GatewayError, notFound } from '../errors';
import { accessEntry, type AccessOrigin } from './master-access-log';
import type { PipelineClient } from './pipeline/pipeline-client';
import type { Repeatable } from './idempotency';
import { isConflictOfTransactions, translateFailure } from './database-errors';
import { toRows, type OwnedRow, type StoredRow } from './statements/row';
import type { Scope } from './scope';
import type { Statement } from './statements/select';
import { columnOf, selection, type Table } from './statements/table';

/** Where a change comes from; the audit record names all of it. One object for each request. */
export interface Origin extends AccessOrigin {
  /** Known once the document is read. */
  operationName: string | null;
  /** Set for a request with an Idempotency-Key. */
  readonly repeatable?: Repeatable | null;
}

export type EntityClass<Row extends ObjectLiteral> = new () => Row;

/** Values to store: a function gives SQL, for example `() => 'now()'`. */
export type Values<Row> = { readonly [Property in keyof Row]?: Row[Property] | (() => string) };

/** Opens a transaction as this scope: the account for the policies, the key and the request for the audit triggers. */
export function openingStatement({ accountId, caller, origin }: Scope): string {
  const request = {
    actorKind: caller.kind,
    actorId: caller.keyId,
    actorName: caller.keyName,
    requestId: origin.requestId,
    address: origin.address,
    operationName: origin.operationName,
    reason: origin.reason,
  };
  // The statement form of SET reaches distributed workers, which set_config() does not.
  const account = accountId === null ? '' : `SET LOCAL app.account_id = ${escapeLiteral(accountId)}; `;
  return `BEGIN; ${account}SET LOCAL app.request = ${escapeLiteral(JSON.stringify(request))}`;
}

export class Transaction {
  private constructor(
    readonly scope: Scope,
    private readonly manager: EntityManager,
    private readonly client: PipelineClient,
    /** The accounts whose rows it locked or changed. */
    private readonly touched: Set<string>,
  ) {}

  /** For Scope.write alone. */
  static async run<T>(scope: Scope, work: (transaction: Transaction) => Promise<T>, tries: number): Promise<T> {
    try {
      const touched = new Set<string>(scope.accountId === null ? [] : [scope.accountId]);
      const { database, role, accountId } = scope;
      const result = await database.transaction(role, accountId, openingStatement(scope), async (manager, client) => {
        const transaction = new Transaction(scope, manager, client, touched);
        const done = await work(transaction);
        await transaction.#recordAccess();
        return done;
      });
      scope.origin.access?.stored(touched);
      return result;
    } catch (error) {
      if (tries > 1 && isConflictOfTransactions(error)) return Transaction.run(scope, work, tries - 1);
      throw translateFailure(error, true);
    }
  }

  /** Reads inside the transaction, seeing its own writes. */
  async read(statement: Pick<Statement, 'text'>, values: readonly unknown[]): Promise<unknown[][]> {
    const answer = await this.client.query<unknown[]>({ text: statement.text, values: [...values], rowMode: 'array' });
    return answer.rows;
  }

  /**
   * The rows of the scope with these ids, locked against deletion until the transaction ends; missing, deleted and
   * foreign ids are simply not among them.
   */
  async lockRows<Row extends StoredRow>(
    entity: EntityClass<Row>,
    ids: readonly string[],
    { lock = 'SHARE', deleted = false }: { lock?: 'SHARE' | 'UPDATE'; deleted?: boolean } = {},
  ): Promise<Row[]> {
    if (ids.length === 0) return [];
    const table = this.table(entity);
    const columns = selection(table, table.columns.keys());
    const alive = table.softDeletes && !deleted ? ' AND t.deleted_at IS NULL' : '';
    const { accountId } = this.scope;
    const own = accountId === null ? '' : ` AND t.${this.#account(table)} = $2`;
    const selected = columns.map((one) => `t.${one.sql}`).join(', ');
    const text = `SELECT ${selected} FROM ${table.sql} t WHERE t.id = ANY($1::uuid[])${own}${alive} ORDER BY t.id FOR ${lock}`;
    const rows = await this.read({ text }, accountId === null ? [ids] : [ids, accountId]);
    return this.#touch(table, toRows<Row>(rows, columns, this.scope));
  }

  /** One live row of the scope, locked for a change. @throws GatewayError NOT_FOUND */
  async lockRow<Row extends StoredRow>(entity: EntityClass<Row>, id: string, deleted = false): Promise<Row> {
    const [row] = await this.lockRows(entity, [id], { lock: 'UPDATE', deleted });
    if (!row) throw notFound();
    return row;
  }

  async insert<Row extends StoredRow>(entity: EntityClass<Row>, values: readonly Values<Row>[]): Promise<Row[]> {
    if (values.length === 0) return [];
    const written = await this.manager
      .createQueryBuilder()
      .insert()
      .into<Row>(this.#target(entity))
      .values(values as QueryDeepPartialEntity<Row>[])
      .returning('*')
      .updateEntity(false)
      .execute();
    return this.#fromRaw<Row>(entity, written.raw);
  }

  /**
   * Changes one row that `lockRow` gave; its version grows by one.
   * @throws GatewayError NOT_FOUND when the row is not the account's.
   */
  async update<Row extends StoredRow>(
    entity: EntityClass<Row>,
    row: StoredRow & { readonly accountId?: string },
    patch: Values<Row>,
  ): Promise<Row> {
    const own = row.accountId === undefined ? '' : ' AND account_id = :account';
    const written = await this.manager
      .createQueryBuilder()
      .update<Row>(this.#target(entity))
      .set(patch as QueryDeepPartialEntity<Row>)
      .where(`id = :id${own}`, { account: row.accountId, id: row.id })
      .returning('*')
      .updateEntity(false)
      .execute();
    const [updated] = this.#fromRaw<Row>(entity, written.raw);
    if (!updated) throw notFound();
    return updated;
  }

  /** Adds link rows. */
  async link(through: EntityClass<ObjectLiteral>, rows: readonly Record<string, unknown>[]): Promise<void> {
    if (rows.length === 0) return;
    await this.manager
      .createQueryBuilder()
      .insert()
      .into(through)
      .values([...rows])
      .updateEntity(false)
      .execute();
  }

  /** Removes link rows of one row; links have no history of their own. */
  async unlink(through: Table, near: string, row: OwnedRow): Promise<void> {
    const column = columnOf(through, near).sql;
    await this.read({ text: `DELETE FROM ${through.sql} WHERE account_id = $1 AND ${column} = $2` }, [
      row.accountId,
      row.id,
    ]);
  }

  table(entity: EntityTarget<ObjectLiteral>): Table {
    return this.scope.database.table(entity);
  }

  #target<Row extends StoredRow>(entity: EntityClass<Row>): EntityTarget<Row> {
    return entity;
  }

  #account(table: Table): string {
    if (!table.account) throw new GatewayError('INTERNAL', 'This table belongs to no account.');
    return columnOf(table, table.account).sql;
  }

  #fromRaw<Row extends StoredRow>(entity: EntityClass<Row>, raw: unknown): Row[] {
    const table = this.table(entity);
    const columns = [...table.columns.values()];
    const names = columns.map((column) => column.sql.slice(1, -1));
    const objects = raw as Record<string, unknown>[];
    const rows = objects.map((object) => names.map((name) => object[name]));
    return this.#touch(table, toRows<Row>(rows, columns, this.scope));
  }

  /** The change of a master key and the record of it are stored together. */
  async #recordAccess(): Promise<void> {
    const { caller, origin } = this.scope;
    if (!caller.isMaster) return;
    const { text, values } = accessEntry(caller, origin, [...this.touched]);
    await this.client.query({ text, values: [...values] });
  }

  #touch<Row extends StoredRow>({ account }: Table, rows: Row[]): Row[] {
    if (account) for (const row of rows) this.touched.add(String(row[account as keyof Row]));
    return rows;
  }
}
