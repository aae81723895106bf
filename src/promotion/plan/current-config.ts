/** The configuration of an account as it is stored: one statement for each kind of rows and of links. */
import type { PreparedQuery } from '../../db/pipeline/batch';
import type { TransactionScope } from '../../db/transaction';
import { liveRows } from '../../db/statements/across-tables';
import { allLinks } from '../../db/statements/links';
import type { ManyToMany } from '../../graph/resource';
import type { JsonRecord } from '../../graph/queries/account-row';
import type { Kind } from '../bundle/sections';

export interface StateRow {
  readonly id: string;
  readonly version: number;
  /** The row's columns, by property. */
  readonly values: JsonRecord;
}

/** Pairs of ids, near and far. */
export type Pairs = readonly (readonly [string, string])[];

export interface State {
  /** Live rows by type. */
  readonly rows: ReadonlyMap<string, readonly StateRow[]>;
  /** The accounts of all of them, as the rows say. */
  readonly accountIds: ReadonlySet<string>;
  /** By their declaration; those of deleted rows too. */
  readonly links: ReadonlyMap<ManyToMany, Pairs>;
}

/** Reads inside a transaction, or outside: then all that is asked for in one tick is one transaction. */
interface Reader {
  read(query: PreparedQuery): Promise<unknown[][]>;
}

async function rowsOf(
  reader: Reader,
  scope: TransactionScope,
  { resource, columns, parents }: Kind,
): Promise<StateRow[]> {
  const table = scope.database.table(resource.entity);
  const properties = [...columns.keys(), ...parents.map(({ parent }) => parent.column), 'version'];
  const query = liveRows(table, properties, scope.requireAccount());
  return (await reader.read(query)).map((row) => {
    const values = Object.fromEntries(query.columns.map(({ property }, index) => [property, row[index]]));
    return { id: String(values.id), version: Number(values.version), values };
  });
}

async function pairsOf(
  reader: Reader,
  scope: TransactionScope,
  { joinTable, sourceKey: near, targetKey: far }: ManyToMany,
  accountIds: Set<string>,
): Promise<Pairs> {
  const link = { table: scope.database.table(joinTable), near, far };
  const pairs = await reader.read(allLinks(link, scope.requireAccount()));
  return pairs.map(([accountId, source, target]) => {
    accountIds.add(String(accountId));
    return [String(source), String(target)] as const;
  });
}

/** The live rows of all kinds, and what they are joined to. */
export async function readState(reader: Reader, scope: TransactionScope, kinds: readonly Kind[]): Promise<State> {
  const accountIds = new Set<string>();
  const declared = kinds.flatMap((kind) => kind.links.map(({ link }) => link));
  const [rows, links] = await Promise.all([
    Promise.all(kinds.map(async (kind) => [kind.type, await rowsOf(reader, scope, kind)] as const)),
    Promise.all(declared.map(async (link) => [link, await pairsOf(reader, scope, link, accountIds)] as const)),
  ]);
  for (const { values } of rows.flatMap(([, ofKind]) => ofKind)) accountIds.add(String(values.accountId));
  return { accountIds, rows: new Map(rows), links: new Map(links) };
}
