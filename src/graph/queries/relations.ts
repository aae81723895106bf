/** Fields that lead from one row to others, through the loaders of the scope that the row was read under. */
import type { GraphQLResolveInfo } from 'graphql';
import type { Database } from '../../db/database';
import type { Relation } from '../../db/statements/relation';
import { scopeOfRow } from '../../db/scope';
import type { OwnedRow } from '../../db/statements/row';
import type { Direction } from '../../db/statements/select';
import type { EntityClass } from '../../db/transaction';
import { selectedFields } from './selected-fields';
import { selectColumns } from './select-columns';

/** The most rows that a field without pages gives. */
export const MAX_RELATED_ROWS = 100;

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
  const columns = selectColumns(info, spec.type, selectedFields(info));
  return scope.loaders.load<Row>(relationOf(spec, scope.database), columns, row.accountId, key, limit);
}
