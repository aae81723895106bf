/** Scopes: the only way from a request to SQL. A Scope is made from a verified Caller, never from a string. */
import type { AccountId, Caller } from '../auth/caller';
import { GatewayError } from '../errors';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import type { Database } from './database';
import { isTransactionConflict, translateFailure } from './database-errors';
import { Loaders } from './loaders';
import { runOnce } from './idempotency';
import type { Origin } from './origin';
import type { PreparedQuery } from './pipeline/batch';
import { Restriction } from './restriction';
import type { RoleKind } from './setup/roles';
import type { StoredRow } from './statements/row';
import type { Table } from './statements/table';
import { Transaction } from './transaction';
import type { UnitOfWork } from './unit-of-work';
import { SCOPE } from '../util/scope-tag';

interface Pending {
  /** Whether a replica may answer. */
  readonly isOfRows: boolean;
  readonly query: PreparedQuery;
  readonly resolve: (rows: unknown[][]) => void;
  readonly reject: (error: unknown) => void;
}

const MAX_TRIES = 3;

export class Scope {
  readonly loaders = new Loaders(this);
  /** Set for a key that is restricted to rows; null for all others. */
  readonly restriction: Restriction | null;
  #pending: Pending[] = [];

  private constructor(
    readonly database: Database,
    readonly caller: Caller,
    readonly origin: Origin,
    /** The one account this scope reaches; null reaches all, for a master key. */
    readonly accountId: AccountId | null,
    /** The transaction of the mutation field that the scope serves; null outside mutations. */
    private readonly unitOfWork: UnitOfWork | null,
    /** The root field that a scope of a master key serves; null for account keys. */
    readonly rootField: string | null,
  ) {
    const { rows } = caller.access;
    this.restriction =
      rows === null || accountId === null
        ? null
        : new Restriction(rows, caller.keyId, accountId, (query) => this.read(query));
    if (caller.isMaster && !origin.access)
      throw new Error('Access of a master key must be logged, and this request has no access log');
    if (accountId === null && origin.access) origin.access.allAccounts = true;
    if (accountId !== null) this.recordAccess(accountId);
  }

  /** The rows of one account. An account key reaches only its own account. */
  static within(
    database: Database,
    caller: Caller,
    origin: Origin,
    accountId: AccountId,
    unitOfWork: UnitOfWork | null = null,
    rootField: string | null = null,
  ): Scope {
    if (!caller.isMaster && caller.account?.id !== accountId) {
      throw new GatewayError('FORBIDDEN', 'This key cannot access that account.');
    }
    return new Scope(database, caller, origin, accountId, unitOfWork, rootField);
  }

  /** The rows of all accounts, for a master key. */
  static everywhere(
    database: Database,
    caller: Caller,
    origin: Origin,
    unitOfWork: UnitOfWork | null = null,
    rootField: string | null = null,
  ): Scope {
    if (!caller.isMaster) throw new GatewayError('FORBIDDEN', 'Only a master key works across accounts.');
    return new Scope(database, caller, origin, null, unitOfWork, rootField);
  }

  /** The database role to use: the tenant role whenever one account is meant, for master keys too. */
  get role(): RoleKind {
    if (this.accountId === null) return 'operator';
    return this.restriction === null ? 'tenant' : 'restricted';
  }

  /** An entity's table, read through the restriction of the key. @throws GatewayError FORBIDDEN */
  table(entity: EntityTarget<ObjectLiteral>): Table {
    const table = this.database.table(entity);
    return this.restriction === null ? table : this.restriction.table(table);
  }

  get readsByAccount(): boolean {
    return this.accountId === null && this.database.isDistributed;
  }

  get shards(): number {
    return this.database.shards;
  }

  covers(accountId: string): boolean {
    return this.accountId === null || this.accountId === accountId;
  }

  loaded(keys: number): void {
    this.database.countLoad(keys);
  }

  /** Logs the account whose rows are about to be returned. */
  recordAccess(accountId: string): void {
    this.origin.access?.recordAccess(accountId, this.rootField ?? '', this.accountId !== null);
  }

  /** @throws GatewayError BAD_USER_INPUT when the scope is all accounts. */
  requireAccount(): AccountId {
    if (this.accountId !== null) return this.accountId;
    throw new GatewayError('BAD_USER_INPUT', 'Name one account: with a master key this field needs accountId.', {
      path: ['accountId'],
    });
  }

  /**
   * Reads from the primary. All reads of one tick go to the database as one read-only transaction in one write, and the
   * connection is back in its pool before any JavaScript sees a row.
   */
  read(query: PreparedQuery): Promise<unknown[][]> {
    return this.#read(query, false);
  }

  /** Reads the rows of a list or a relation; in queries from a replica, if there is one. */
  readRows(query: PreparedQuery): Promise<unknown[][]> {
    return this.#read(query, true);
  }

  #read(query: PreparedQuery, isOfRows: boolean): Promise<unknown[][]> {
    return new Promise((resolve, reject) => {
      if (this.#pending.push({ isOfRows, query, resolve, reject }) === 1) process.nextTick(() => this.#flush());
    });
  }

  #flush(): void {
    const pending = this.#pending;
    this.#pending = [];
    if (!this.#readsReplicas) {
      void this.#answer(pending, (queries) => this.#send(queries));
      return;
    }
    const others = pending.filter(({ isOfRows }) => !isOfRows);
    const ofRows = pending.filter(({ isOfRows }) => isOfRows);
    if (others.length > 0) void this.#answer(others, (queries) => this.#send(queries));
    if (ofRows.length > 0) void this.#answer(ofRows, (queries) => this.#sendToReplica(queries));
  }

  /** Never rejects. */
  async #answer(
    pending: readonly Pending[],
    send: (queries: readonly PreparedQuery[]) => Promise<unknown[][][]>,
  ): Promise<void> {
    try {
      const answers = await send(pending.map(({ query }) => query));
      pending.forEach((read, index) => read.resolve(answers[index] ?? []));
    } catch (error) {
      const failure = translateFailure(error, true);
      for (const read of pending) read.reject(failure);
    }
  }

  /** Inside the mutation's transaction from its first write on: a response shows what is about to be stored. */
  #send(queries: readonly PreparedQuery[]): Promise<unknown[][][]> {
    const { unitOfWork, database } = this;
    if (unitOfWork?.isOpenFor(this)) return database.readIn(unitOfWork, queries);
    return database.batch(this.role, this.accountId, queries, this.restriction?.settings, this.origin.statements);
  }

  /** What a restricted key may see can have changed since, so it is checked on the primary. */
  get #readsReplicas(): boolean {
    const { database, origin, unitOfWork, restriction } = this;
    return database.hasReplicas && origin.readsReplicas === true && unitOfWork === null && restriction === null;
  }

  #sendToReplica(queries: readonly PreparedQuery[]): Promise<unknown[][][]> {
    const { readsAfter = null, statements } = this.origin;
    return this.database.batchOfRows(this.accountId, queries, readsAfter, statements);
  }

  /**
   * Runs `work` in the transaction of the mutation field, which the field's runner commits. Outside one, in its own
   * transaction, retried on a conflict with another: `work` must keep no state.
   * @throws GatewayError; DatabaseUnavailableError; TransactionConflictError
   */
  async write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    try {
      return await (this.unitOfWork ? this.#writeIn(this.unitOfWork, work) : this.#writeAlone(work, MAX_TRIES));
    } finally {
      this.loaders.clear();
    }
  }

  /**
   * A repeated request with an Idempotency-Key gets the result of the first. When `work` fails, the unit is rolled back
   * with everything written in it before.
   */
  async #writeIn<T>(unit: UnitOfWork, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    unit.join(this);
    const request = this.origin.repeatable ?? null;
    const { answerReadsMore } = unit.options;
    try {
      // The stored result is the last statement then.
      const transaction = new Transaction(this, unit, request === null && !answerReadsMore);
      if (request === null) return await work(transaction);
      const keeping = new Transaction(this, unit, !answerReadsMore);
      return await runOnce(keeping, request, unit.numberWrite(this), () => work(transaction));
    } catch (error) {
      await unit.rollback(error);
      throw translateFailure(error, true);
    }
  }

  async #writeAlone<T>(work: (transaction: Transaction) => Promise<T>, tries: number): Promise<T> {
    const position = this.origin.repeatable?.nextWrite();
    for (let left = tries; ; left -= 1) {
      const unit = this.database.unitOfWork({ answerReadsMore: false, ...(position !== undefined && { position }) });
      try {
        const result = await this.#writeIn(unit, work);
        await unit.commit();
        return result;
      } catch (error) {
        if (left <= 1 || !isTransactionConflict(error)) throw error;
      }
    }
  }
}

/** The scope that a row was read under. @throws for a row without one: nothing may be resolved from it. */
export function scopeOfRow(row: StoredRow): Scope {
  const scope = row[SCOPE];
  if (scope instanceof Scope) return scope;
  throw new Error('A row without a scope has no relations');
}
