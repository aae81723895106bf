/** Fields that lead from one row to others, through the loaders of the scope that the row was read under. */
import type { GraphQLResolveInfo } from 'graphql';
import type { Database } from '../../db/database';
import type { Relation } from '../../db/statements/relation';
import { scopeOfRow, type OwnedRow } from '../../db/statements/row';
import type { Direction } from '../../db/statements/select';
import type { EntityClass } from '../../db/transaction';
import { askedFields } from './selected-fields';
import { neededColumns } from './select-columns';

/** The most rows that a field without pages gives. */
export const MOST_RELATED = 100;

interface Target<Row extends OwnedRow> {
  readonly entity: () => EntityClass<Row>;
  /** The GraphQL type's name. */
  readonly type: string;
}

interface Ordered {
  readonly order: { readonly property: string; readonly direction: Direction };
}

/** A relation between resources, in the words of their classes; tables are known only once the database is open. */
export type RelationSpec<Row extends OwnedRow> = Target<Row> &
  (
    | { readonly kind: 'parent' }
    | ({ readonly kind: 'children'; readonly by: string } & Ordered)
    | ({
        readonly kind: 'linked';
        readonly through: new () => object;
        readonly near: string;
        readonly far: string;
      } & Ordered)
  );

const known = new WeakMap<object, WeakMap<Database, Relation>>();

function relationOf<Row extends OwnedRow>(spec: RelationSpec<Row>, database: Database): Relation {
  let relations = known.get(spec);
  if (!relations) known.set(spec, (relations = new WeakMap()));
  let relation = relations.get(database);
  if (!relation) {
    const target = database.table(spec.entity());
    relation =
      spec.kind === 'linked' ? { ...spec, target, through: database.table(spec.through) } : { ...spec, target };
    relations.set(database, relation);
  }
  return relation;
}

/**
 * The rows that a relation gives for one row.
 * @param key this row's id; for a parent, the id that its column names.
 * @param limit the most rows to give.
 */
export function related<Row extends OwnedRow>(
  spec: RelationSpec<Row>,
  row: OwnedRow,
  key: string,
  info: GraphQLResolveInfo,
  limit = 1,
): Promise<Row[]> {
  const scope = scopeOfRow(row);
  const columns = neededColumns(info, spec.type, askedFields(info));
  return scope.loaders.load<Row>(relationOf(spec, scope.database), columns, row.accountId, key, limit);
}
