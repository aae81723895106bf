/**
 * DataLoaders of one scope, partitioned per account: a partition caches for one account and can hold no other's rows.
 */
import DataLoader from 'dataloader';
import type { RestrictableScope } from './restriction';
import type { PreparedQuery } from './pipeline/batch';
import { relationStatement, type Relation, type RelationScope } from './statements/relation';
import { toRow, type OwnedRow } from './statements/row';
import { bound, type Statement } from './statements/select';

interface Wanted {
  readonly accountId: string;
  readonly ids: readonly string[];
  readonly resolve: (rows: OwnedRow[][]) => void;
  readonly reject: (error: unknown) => void;
}

const EMPTY: OwnedRow[] = [];

/** One relation with one set of columns: partitions that dispatch in the same tick share one statement. */
class Group {
  readonly #partitions = new Map<string, DataLoader<string, OwnedRow[]>>();
  #wanted: Wanted[] = [];

  constructor(
    private readonly scope: RestrictableScope,
    private readonly relation: Relation,
    private readonly asked: readonly string[],
    private readonly statement: Statement,
    private readonly limit: number,
  ) {}

  load(accountId: string, id: string): Promise<OwnedRow[]> {
    let partition = this.#partitions.get(accountId);
    if (!partition) {
      partition = new DataLoader((ids) => this.#want(accountId, ids));
      this.#partitions.set(accountId, partition);
    }
    return partition.load(id);
  }

  #want(accountId: string, ids: readonly string[]): Promise<OwnedRow[][]> {
    return new Promise((resolve, reject) => {
      if (this.#wanted.push({ accountId, ids, resolve, reject }) === 1) process.nextTick(() => void this.#fetch());
    });
  }

  async #fetch(): Promise<void> {
    const wanted = this.#wanted;
    this.#wanted = [];
    this.scope.loaded(wanted.reduce((count, { ids }) => count + ids.length, 0));
    try {
      const answers = this.#queries(wanted).map((query) => this.scope.readRows(query));
      const rowsByAccount = this.#byKey((await Promise.all(answers)).flat());
      const { restriction } = this.scope;
      if (restriction)
        await restriction.mark(
          this.relation.target,
          [...rowsByAccount.values()].flatMap((keys) => [...keys.values()]).flat(),
        );
      for (const { accountId, ids, resolve } of wanted) {
        const rows = rowsByAccount.get(accountId);
        resolve(ids.map((id) => rows?.get(id) ?? EMPTY));
      }
    } catch (error) {
      for (const { reject } of wanted) reject(error);
    }
  }

  /** One query; with shards one per account, unless there are more accounts than shards: one query reads every shard. */
  #queries(wanted: readonly Wanted[]): PreparedQuery[] {
    const limit = this.relation.kind === 'belongsTo' ? [] : [this.limit];
    if (this.scope.accountId === null && wanted.length <= this.scope.shards) {
      const ofAccount = relationStatement(this.relation, this.asked, 'account');
      return wanted.map(({ accountId, ids }) => bound(ofAccount, [accountId, ids, ...limit]));
    }
    const ids = wanted.flatMap(({ ids: rowIds }) => rowIds);
    const account = this.scope.accountId ?? wanted.flatMap(({ ids: rowIds, accountId }) => rowIds.map(() => accountId));
    return [bound(this.statement, [account, ids, ...limit])];
  }

  #byKey(arrays: readonly unknown[][]): Map<string, Map<string, OwnedRow[]>> {
    const accounts = new Map<string, Map<string, OwnedRow[]>>();
    for (const values of arrays) {
      const row = toRow<OwnedRow>(values, this.statement.columns, this.scope, 1);
      let keys = accounts.get(row.accountId);
      if (!keys) accounts.set(row.accountId, (keys = new Map<string, OwnedRow[]>()));
      const key = String(values[0]);
      const rows = keys.get(key);
      if (rows) rows.push(row);
      else keys.set(key, [row]);
    }
    return accounts;
  }
}

/** By the requested columns, which belong to one type. */
const withMarks = new WeakMap<readonly string[], readonly string[]>();

export class Loaders {
  #groups = new Map<Statement, Map<number, Group>>();

  constructor(private readonly scope: RestrictableScope) {}

  /**
   * Loads the rows related to one row.
   * @param accountId the account of that row; never another's.
   * @param key its id, or for a parent the id it refers to.
   * @param limit the maximum number of rows for this key.
   */
  load<Row extends OwnedRow>(
    relation: Relation,
    columns: readonly string[],
    accountId: string,
    key: string,
    limit: number,
  ): Promise<Row[]> {
    const { restriction } = this.scope;
    const own = restriction ? restriction.relation(relation) : relation;
    const asked = restriction ? this.#withMarks(columns, restriction.columns(own.target)) : columns;
    const statement = relationStatement(own, asked, this.#relationScope);
    let groups = this.#groups.get(statement);
    if (!groups) this.#groups.set(statement, (groups = new Map<number, Group>()));
    let group = groups.get(limit);
    if (!group) groups.set(limit, (group = new Group(this.scope, own, asked, statement, limit)));
    // The statement selects from the relation's own target, so its rows are that entity's.
    return group.load(accountId, key) as Promise<Row[]>;
  }

  get #relationScope(): RelationScope {
    if (this.scope.accountId !== null) return 'account';
    return this.scope.shards === 0 ? 'everywhere' : 'shards';
  }

  /** The same array for equal lists, since statements are cached by it. */
  #withMarks(columns: readonly string[], marks: readonly string[]): readonly string[] {
    let asked = withMarks.get(columns);
    if (!asked) withMarks.set(columns, (asked = [...columns, ...marks]));
    return asked;
  }

  /** Clears all caches, after a write. */
  clear(): void {
    this.#groups = new Map();
  }
}
