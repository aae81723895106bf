/** From the fields that a query asks for to the columns to select: most have the same name, some need others. */
import type { GraphQLObjectType, GraphQLResolveInfo } from 'graphql';
import { Extensions } from 'type-graphql';

const REQUIRED_COLUMNS = 'columns';

/** For a field that is computed: the columns it is computed from. */
export const Requires = (...columns: string[]): MethodDecorator & PropertyDecorator =>
  Extensions({ [REQUIRED_COLUMNS]: columns });

type Plan = ReadonlyMap<string, readonly string[]>;
const plans = new WeakMap<GraphQLObjectType, Plan>();

function planOf(type: GraphQLObjectType): Plan {
  let plan = plans.get(type);
  if (!plan) {
    plan = new Map(
      Object.values(type.getFields()).map((field) => {
        const needs: unknown = field.extensions[REQUIRED_COLUMNS];
        return [field.name, Array.isArray(needs) ? needs.map(String) : [field.name]];
      }),
    );
    plans.set(type, plan);
  }
  return plan;
}

/** Kept for each list of asked fields, which is itself kept with its document. */
const known = new WeakMap<readonly string[], readonly string[]>();

/** The columns that the asked fields of an object type need. */
export function selectColumns(
  info: Pick<GraphQLResolveInfo, 'schema'>,
  typeName: string,
  asked: readonly string[],
): readonly string[] {
  const before = known.get(asked);
  if (before) return before;
  const type = info.schema.getType(typeName);
  const plan =
    type && 'getFields' in type && 'getInterfaces' in type
      ? planOf(type as GraphQLObjectType)
      : new Map<string, string[]>();
  const columns = [...new Set(asked.flatMap((field) => plan.get(field) ?? []))].sort();
  known.set(asked, columns);
  return columns;
}
