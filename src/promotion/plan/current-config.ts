/** An account's stored configuration: one statement for the rows and the links of each section. */
import type { PreparedQuery } from '../../db/pipeline/batch';
import type { TransactionScope } from '../../db/transaction';
import { liveRows } from '../../db/statements/across-tables';
import { allLinks } from '../../db/statements/links';
import { GatewayError, isAnswerTooLarge, MAX_ANSWER_CHARS } from '../../errors';
import { mapInSlices } from '../../util/slices';
import type { ManyToMany } from '../../graph/resource';
import type { JsonRecord } from '../../graph/queries/account-row';
import type { BundleSection } from '../bundle/sections';

export interface CurrentRow {
  readonly id: string;
  readonly version: number;
  /** The row's columns, by property. */
  readonly values: JsonRecord;
}

/** Pairs of ids, near and far. */
type Pairs = readonly (readonly [string, string])[];

export interface CurrentConfig {
  /** Rows by type that are not deleted. */
  readonly rows: ReadonlyMap<string, readonly CurrentRow[]>;
  /** The accounts of all of them, according to the rows. */
  readonly accountIds: ReadonlySet<string>;
  /** By their declaration; includes those of deleted rows. */
  readonly links: ReadonlyMap<ManyToMany, Pairs>;
}

/** Reads inside a transaction, or outside: then all reads of one tick are one transaction. */
interface Reader {
  read(query: PreparedQuery): Promise<unknown[][]>;
}

async function rowsOf(
  reader: Reader,
  scope: TransactionScope,
  { resource, columns, parents }: BundleSection,
): Promise<CurrentRow[]> {
  const table = scope.database.table(resource.entity);
  const properties = [...columns.keys(), ...parents.map(({ parent }) => parent.column), 'version'];
  const query = liveRows(table, properties, scope.requireAccount());
  return mapInSlices(await reader.read(query), (row) => {
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

const tooLarge = (): GatewayError =>
  new GatewayError(
    'QUOTA_EXCEEDED',
    `The configuration of this account has more than ${MAX_ANSWER_CHARS / 1024 / 1024} MB of text, the maximum for exports and plans. Nothing was stored. Delete rows that are not needed.`,
    { maximum: MAX_ANSWER_CHARS },
  );

/** All sections' rows that are not deleted, and their links. @throws GatewayError QUOTA_EXCEEDED beyond 16 MB */
export async function readCurrentConfig(
  reader: Reader,
  scope: TransactionScope,
  sections: readonly BundleSection[],
): Promise<CurrentConfig> {
  const accountIds = new Set<string>();
  const declared = sections.flatMap((section) => section.links.map(({ link }) => link));
  const [rows, links] = await Promise.all([
    Promise.all(sections.map(async (section) => [section.type, await rowsOf(reader, scope, section)] as const)),
    Promise.all(declared.map(async (link) => [link, await pairsOf(reader, scope, link, accountIds)] as const)),
  ]).catch((error: unknown) => {
    throw isAnswerTooLarge(error) ? tooLarge() : error;
  });
  for (const { values } of rows.flatMap(([, ofKind]) => ofKind)) accountIds.add(String(values.accountId));
  return { accountIds, rows: new Map(rows), links: new Map(links) };
}
