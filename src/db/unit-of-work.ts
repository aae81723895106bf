/** One transaction for one root field of a mutation: its first write opens it, and its whole response is read in it. */
import { escapeLiteral } from 'pg';
import type { AccountId, Caller } from '../auth/caller';
import { DatabaseUnavailableError, hasLostServer, isRefusal, isUnavailable, translateFailure } from './database-errors';
import { accessEntry, visibleOrigin, type AccountFields } from './master-access-log';
import { failedQuery, UnreadableValueError, type PreparedQuery } from './pipeline/batch';
import type { PipelineClient } from './pipeline/pipeline-client';
import { runFramed, traceSetting } from './pipeline/statement-observer';
import type { ConnectionPool, Lease } from './pool';
import type { Origin } from './origin';
import { COMMITTED_UP_TO, laterOf, positionOf, START, type Position } from './replicas/position';
import type { Restriction } from './restriction';
import type { RoleKind } from './setup/roles';

/** Who writes, and whose rows; see scope.ts. */
export interface Writer {
  readonly accountId: AccountId | null;
  readonly caller: Caller;
  readonly origin: Origin;
  readonly role: RoleKind;
  readonly rootField: string | null;
  readonly restriction: Pick<Restriction, 'settings'> | null;
}

export interface UnitOfWorkOptions {
  /** False when the response needs only the rows that the change returns: COMMIT then travels with the change. */
  readonly answerReadsMore: boolean;
  /**
   * The field's position among the root fields of its document, starting at 1, the same on every retry: results stored
   * for an Idempotency-Key are distinguished by it. Without it, writes are counted.
   */
  readonly position?: number;
}

/** Numbered writes of one field. */
const MAX_WRITES = 100;

/** `unknown`: COMMIT was sent but not answered. */
type State = 'unopened' | 'open' | 'committed' | 'rolled back' | 'unknown';

const COMMIT: PreparedQuery = { name: 'commit_write', text: 'COMMIT', values: [] };
const ROLLBACK: PreparedQuery = { name: 'rollback', text: 'ROLLBACK', values: [] };

/** The account for the policies; the key and the request for the audit triggers. */
function settingsOf({ accountId, caller, origin, role, rootField, restriction }: Writer): PreparedQuery[] {
  const request = {
    actorKind: caller.kind,
    actorId: caller.keyId,
    actorName: caller.keyName,
    requestId: origin.requestId,
    address: origin.address,
    ...visibleOrigin(origin, rootField),
  };
  // The statement form of SET reaches distributed workers, which set_config() does not; it takes no parameters.
  const set = (name: string, value: string): PreparedQuery => ({
    text: `SET LOCAL ${name} = ${escapeLiteral(value)}`,
    values: [],
  });
  return [
    ...(accountId === null ? [] : [set('app.account_id', accountId)]),
    ...(restriction?.settings ?? []),
    set('app.request', JSON.stringify(request)),
    ...(origin.statements ? traceSetting(origin.statements, role) : []),
  ];
}

/** Called with the position of the log when a change was stored. */
export interface PositionKeeper {
  /** @param account null for rows of several accounts. @param position null if it is unknown. */
  wrote(account: AccountId | null, position: Position | null): void;
}

/** Null if it is not answered. Never rejects. */
const positionAfter = (client: PipelineClient): Promise<Position | null> =>
  client
    .batch([COMMITTED_UP_TO])
    .then(([rows = []]) => positionOf(rows[0]?.[0], rows[0]?.[1]))
    .catch(() => null);

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

export class UnitOfWork {
  #state: State = 'unopened';
  /** The scope it writes under: that of the first write, and no other. */
  #scope: Writer | null = null;
  #lease: Promise<Lease> | null = null;
  /** The first statements were sent. */
  #isBegun = false;
  /** The accounts whose rows it locked or changed. */
  readonly #touched = new Set<string>();
  #writes = 0;
  /** The commit changed nothing. */
  #isEmpty = false;

  constructor(
    private readonly poolOf: (scope: Writer) => ConnectionPool,
    readonly options: UnitOfWorkOptions,
    /** Null without replicas. */
    private readonly positions: PositionKeeper | null = null,
    private readonly isDistributed = false,
  ) {}

  /** Whether the scope's reads must use this transaction. */
  isOpenFor(scope: Writer): boolean {
    return this.#state === 'open' && this.#scope === scope && this.#lease !== null;
  }

  /** The accounts whose rows are locked or changed here; a master key's access entry names them. */
  touch(accountId: string): void {
    this.#touched.add(accountId);
  }

  /**
   * Runs statements in the transaction, in one write.
   * @throws the failure of one of them; the transaction is rolled back then.
   */
  async run(queries: readonly PreparedQuery[]): Promise<unknown[][][]> {
    const { client } = await this.#open();
    const opening = this.#opening(client.starts.write);
    try {
      return await runFramed(client, queries, { opening, closing: [] }, this.#scope?.origin.statements);
    } catch (error) {
      await this.#end('rolled back', error);
      throw error;
    }
  }

  /** Runs the last statements followed by COMMIT, in one write. @throws as `commit` does */
  async runAndCommit(queries: readonly PreparedQuery[]): Promise<unknown[][][]> {
    const { client } = await this.#open();
    const opening = this.#opening(client.starts.write);
    const accounts = this.#accounts();
    try {
      const own = [...queries, ...this.#accessRecord(accounts)];
      const answering = runFramed(client, own, { opening, closing: [COMMIT] }, this.#scope?.origin.statements);
      // Sent immediately, but separately, because it must not affect whether the change is stored.
      const position = this.positions && positionAfter(client);
      const answers = await answering;
      this.#isAt(position && (await position));
      await this.#end('committed');
      this.#scope?.origin.access?.stored(accounts);
      return answers.slice(0, queries.length);
    } catch (error) {
      throw await this.#commitFailure(error);
    }
  }

  /**
   * Stores the changes, with the access entry of a master key. Does nothing without a write, or if already stored.
   * @throws DatabaseUnavailableError with `safeToRetry` false when COMMIT was not answered; GatewayError; the failure.
   */
  async commit(): Promise<void> {
    if (this.#state === 'unopened' || this.#state === 'committed') return;
    if (this.#state !== 'open') throw new Error('A unit of work that failed cannot be committed');
    if (this.#lease === null) {
      this.#state = 'committed';
      return;
    }
    try {
      await this.runAndCommit([]);
    } catch (error) {
      throw translateFailure(error, true);
    }
  }

  /** Whether COMMIT confirmed that a change is stored; if it did not, the error of COMMIT says what is known. */
  get isStored(): boolean {
    return this.#state === 'committed' && !this.#isEmpty;
  }

  /** The only change, an INSERT with which COMMIT may have been sent, found its account's quota used up. */
  insertedNothing(): void {
    this.#isEmpty = true;
  }

  /** Rolls back the changes. Does nothing without a write, or if already stored. */
  async rollback(cause?: unknown): Promise<void> {
    if (this.#state !== 'open') return;
    const lease = await this.#lease?.catch(() => null);
    const failed = lease && this.#isBegun ? await failureOf(lease.client.batch([ROLLBACK])) : null;
    await this.#end('rolled back', failed ?? cause);
  }

  /** Binds the scope that it writes under. @throws when it has another one, or has ended. */
  join(scope: Writer): void {
    if (this.#state === 'unopened') {
      this.#state = 'open';
      this.#scope = scope;
    }
    if (this.#state !== 'open') throw new Error('A unit of work that has ended takes no further write');
    if (this.#scope !== scope) throw new Error('A unit of work writes under one scope');
  }

  #open(): Promise<Lease> {
    const scope = this.#scope;
    if (this.#state !== 'open' || !scope) return Promise.reject(new Error('The transaction has ended'));
    return (this.#lease ??= this.poolOf(scope).lease(scope.accountId ?? ''));
  }

  /** The statements before the first one. */
  #opening(begin: readonly PreparedQuery[]): PreparedQuery[] {
    if (this.#isBegun || !this.#scope) return [];
    this.#isBegun = true;
    return [...begin, ...settingsOf(this.#scope)];
  }

  /** The number of the request's next write. */
  numberWrite(scope: Writer): number {
    const { position } = this.options;
    if (position === undefined) return scope.origin.repeatable?.nextWrite() ?? 0;
    this.#writes += 1;
    return position * MAX_WRITES + this.#writes;
  }

  /** The accounts that the field touched, and anything else that no entry covers yet. */
  #accounts(): AccountFields {
    const { accountId = null, origin, rootField } = this.#scope ?? {};
    const accounts = new Map([...(origin?.access?.unstored ?? [])].map(([id, fields]) => [id, new Set(fields)]));
    const own = accountId === null ? [] : [accountId];
    for (const id of [...own, ...this.#touched])
      accounts.set(id, new Set([...(accounts.get(id) ?? []), rootField ?? '']));
    return accounts;
  }

  /** A master key's change and its access entry are stored together. */
  #accessRecord(accounts: AccountFields): PreparedQuery[] {
    const scope = this.#scope;
    return scope?.caller.isMaster ? [accessEntry(scope.caller, scope.origin, accounts, this.isDistributed)] : [];
  }

  /** From now on, a replica must have replayed this position before it answers reads of these rows. */
  #isAt(position: Position | null): void {
    const scope = this.#scope;
    if (!this.positions || !scope) return;
    this.positions.wrote(scope.accountId, position);
    const { origin } = scope;
    if (position !== null) origin.committedAt = laterOf(origin.committedAt ?? START, position);
  }

  async #commitFailure(error: unknown): Promise<unknown> {
    if (error instanceof UnreadableValueError) {
      this.#isAt(null);
      await this.#end('committed');
      return error;
    }
    const isUnanswered = isUnavailable(error) && (!isRefusal(error) || this.#isAnswerOfShardLost(error));
    if (isUnanswered) this.#isAt(null);
    await this.#end(isUnanswered ? 'unknown' : 'rolled back', error);
    return isUnanswered ? new DatabaseUnavailableError(false, error) : error;
  }

  /** Whether COMMIT failed because the server of a shard did not answer it: the change may have been stored. */
  #isAnswerOfShardLost(error: unknown): boolean {
    return this.isDistributed && failedQuery(error)?.text === COMMIT.text && hasLostServer(error);
  }

  async #end(state: State, error?: unknown): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = state;
    (await this.#lease?.catch(() => null))?.release(error);
  }
}
