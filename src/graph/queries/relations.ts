/** Fields that lead from a row to others, loaded under the scope the row was read under. */
import type { GraphQLResolveInfo } from 'graphql';
import type { Database } from '../../db/database';
import type { Relation } from '../../db/statements/relation';
import { scopeOfRow } from '../../db/scope';
import type { OwnedRow } from '../../db/statements/row';
import type { Direction } from '../../db/statements/select';
import type { EntityClass } from '../../db/transaction';
import { selectedFields } from './selected-fields';
import { selectColumns } from './select-columns';

/** The maximum number of rows in a field without pages. */
export const MAX_RELATED_ROWS = 100;

interface Target<Row extends OwnedRow> {
  readonly entity: () => EntityClass<Row>;
  /** The GraphQL type's name. */
  readonly type: string;
}

interface Ordered {
  readonly order: { readonly property: string; readonly direction: Direction };
}

/** A relation between resources in terms of their classes; tables are only known once the database is open. */
export type RelationSpec<Row extends OwnedRow> = Target<Row> &
  (
    | { readonly kind: 'belongsTo' }
    | ({ readonly kind: 'hasMany'; readonly foreignKey: string } & Ordered)
    | ({
        readonly kind: 'manyToMany';
        readonly joinTable: new () => object;
        readonly sourceKey: string;
        readonly targetKey: string;
      } & Ordered)
  );

const relationsOf = new WeakMap<object, WeakMap<Database, Relation>>();

function relationOf<Row extends OwnedRow>(spec: RelationSpec<Row>, database: Database): Relation {
  let relations = relationsOf.get(spec);
  if (!relations) relationsOf.set(spec, (relations = new WeakMap()));
  let relation = relations.get(database);
  if (!relation) {
    const target = database.table(spec.entity());
    relation =
      spec.kind === 'manyToMany' ? { ...spec, target, joinTable: database.table(spec.joinTable) } : { ...spec, target };
    relations.set(database, relation);
  }
  return relation;
}

/**
 * Loads a row's related rows.
 * @param key this row's id; for a parent, the id in its column.
 * @param limit the maximum number of rows.
 */
export function related<Row extends OwnedRow>(
  spec: RelationSpec<Row>,
  row: OwnedRow,
  key: string,
  info: GraphQLResolveInfo,
  limit = 1,
): Promise<Row[]> {
  const scope = scopeOfRow(row);
  const columns = selectColumns(info, spec.type, selectedFields(info));
  return scope.loaders.load<Row>(relationOf(spec, scope.database), columns, row.accountId, key, limit);
}
