/** Maps selected fields to columns: most have the same name, some need others. */
import {
  getNullableType,
  isScalarType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
} from 'graphql';
import { Extensions } from 'type-graphql';
import { asText } from '../../db/statements/table';
import { IS_JSON } from '../executor/operation-plan';

const REQUIRED_COLUMNS = 'columns';

/** For a computed field: the columns it is computed from. */
export const Requires = (...columns: string[]): MethodDecorator & PropertyDecorator =>
  Extensions({ [REQUIRED_COLUMNS]: columns });

/** Whether the field's JSON only becomes part of the answer. */
const isPassedOn = ({ type, resolve }: GraphQLField<unknown, unknown>): boolean => {
  const named = getNullableType(type);
  return resolve === undefined && isScalarType(named) && named.extensions[IS_JSON] === true;
};

type Plan = ReadonlyMap<string, readonly string[]>;
const plans = new WeakMap<GraphQLObjectType, Plan>();

function planOf(type: GraphQLObjectType): Plan {
  let plan = plans.get(type);
  if (!plan) {
    plan = new Map(
      Object.values(type.getFields()).map((field) => {
        const needs: unknown = field.extensions[REQUIRED_COLUMNS];
        if (Array.isArray(needs)) return [field.name, needs.map(String)];
        return [field.name, [isPassedOn(field) ? asText(field.name) : field.name]];
      }),
    );
    plans.set(type, plan);
  }
  return plan;
}

/** Keyed by type and the list of selected fields, which `selectedFields` caches with its document. */
const cache = new WeakMap<readonly string[], Map<string, readonly string[]>>();

/**
 * The columns required by the selected fields of an object type.
 * @param fields as returned by `selectedFields`.
 */
export function selectColumns(
  info: Pick<GraphQLResolveInfo, 'schema'>,
  typeName: string,
  fields: readonly string[],
): readonly string[] {
  let byType = cache.get(fields);
  if (!byType) cache.set(fields, (byType = new Map<string, readonly string[]>()));
  let columns = byType.get(typeName);
  if (columns) return columns;
  const type = info.schema.getType(typeName);
  const plan =
    type && 'getFields' in type && 'getInterfaces' in type
      ? planOf(type as GraphQLObjectType)
      : new Map<string, string[]>();
  columns = [...new Set(fields.flatMap((field) => plan.get(field) ?? []))].sort();
  byType.set(typeName, columns);
  return columns;
}
