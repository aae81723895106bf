/** DataLoaders of one scope, partitioned per account: a partition caches for one account and can hold no other's rows. */
import DataLoader from 'dataloader';
import { relationStatement, type Relation } from './statements/relation';
import { toRow, type OwnedRow, type RowScope } from './statements/row';
import type { Statement } from './statements/select';

interface Wanted {
  readonly accountId: string;
  readonly ids: readonly string[];
  readonly resolve: (rows: OwnedRow[][]) => void;
  readonly reject: (error: unknown) => void;
}

const EMPTY: OwnedRow[] = [];

/** One relation with one set of columns: the partitions that dispatch in the same tick share one statement. */
class Group {
  readonly #partitions = new Map<string, DataLoader<string, OwnedRow[]>>();
  #wanted: Wanted[] = [];

  constructor(
    private readonly scope: RowScope,
    private readonly statement: Statement,
    private readonly limit: number | null,
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
    try {
      const rowsByAccount = this.#byKey(await this.scope.read({ ...this.statement, values: this.#values(wanted) }));
      for (const { accountId, ids, resolve } of wanted) {
        const rows = rowsByAccount.get(accountId);
        resolve(ids.map((id) => rows?.get(id) ?? EMPTY));
      }
    } catch (error) {
      for (const { reject } of wanted) reject(error);
    }
  }

  #values(wanted: readonly Wanted[]): unknown[] {
    const ids = wanted.flatMap(({ ids: rowIds }) => rowIds);
    const account = this.scope.accountId ?? wanted.flatMap(({ ids: rowIds, accountId }) => rowIds.map(() => accountId));
    return this.limit === null ? [account, ids] : [account, ids, this.limit];
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

export class Loaders {
  #groups = new Map<Statement, Map<number, Group>>();

  constructor(private readonly scope: RowScope) {}

  /**
   * Rows that hang off one row.
   * @param accountId the account of that row; never another's.
   * @param key its id, or for a parent the id it names.
   * @param limit the largest number of rows for this key.
   */
  load<Row extends OwnedRow>(
    relation: Relation,
    columns: readonly string[],
    accountId: string,
    key: string,
    limit: number,
  ): Promise<Row[]> {
    const statement = relationStatement(relation, columns, this.scope.accountId !== null);
    let groups = this.#groups.get(statement);
    if (!groups) this.#groups.set(statement, (groups = new Map<number, Group>()));
    let group = groups.get(limit);
    if (!group)
      groups.set(limit, (group = new Group(this.scope, statement, relation.kind === 'belongsTo' ? null : limit)));
    // The statement selects from the relation's own target, so its rows are that entity's.
    return group.load(accountId, key) as Promise<Row[]>;
  }

  /** Forgets everything, after a write. */
  clear(): void {
    this.#groups = new Map();
  }
}
