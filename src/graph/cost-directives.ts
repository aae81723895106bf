/**
 * Publishes the cost of operations in the schema, so that clients and routers can compute it before sending: `@cost` and
 * `@listSize` of https://ibm.github.io/graphql-specs/cost-spec.html. query-cost.ts applies the same rules.
 */
import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  DirectiveLocation,
  getNamedType,
  getNullableType,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLString,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  parseConstValue,
  parseType,
  type ConstDirectiveNode,
  type GraphQLFieldConfig,
  type GraphQLOutputType,
  type GraphQLSchema,
  type NameNode,
} from 'graphql';

/** Assumed page size if the operation does not state one. */
export const DEFAULT_PAGE = 20;
/** Assumed size of a list without pages. */
export const PLAIN_LIST = 10;
/** The arguments that set the size of a list, a number or the length of a list; the largest value counts. */
export const SLICING_ARGUMENTS: readonly string[] = ['first', 'last', 'representations'];

const { ARGUMENT_DEFINITION, ENUM, FIELD_DEFINITION, INPUT_FIELD_DEFINITION, OBJECT, SCALAR } = DirectiveLocation;

const costDirective = new GraphQLDirective({
  name: 'cost',
  description:
    'What a field adds to the cost of an operation, without the fields below it; default: 1 for an object, 0 for a leaf.',
  locations: [ARGUMENT_DEFINITION, ENUM, FIELD_DEFINITION, INPUT_FIELD_DEFINITION, OBJECT, SCALAR],
  args: { weight: { type: new GraphQLNonNull(GraphQLString), description: 'A number.' } },
});

const names = new GraphQLList(new GraphQLNonNull(GraphQLString));

const listSizeDirective = new GraphQLDirective({
  name: 'listSize',
  description: 'How many items a list counts for in the cost of an operation.',
  locations: [FIELD_DEFINITION],
  args: {
    assumedSize: { type: GraphQLInt, description: 'The number of items if none of the arguments is given.' },
    slicingArguments: {
      type: names,
      description: 'The arguments that determine the size: a number, or the length of a list; the largest counts.',
    },
    sizedFields: { type: names, description: 'The subfields whose lists have this size.' },
    requireOneSlicingArgument: {
      type: GraphQLBoolean,
      defaultValue: true,
      description: 'Whether exactly one of the arguments must be given.',
    },
  },
});

export const costDirectiveDefinitions: readonly GraphQLDirective[] = [costDirective, listSizeDirective];

type FieldConfig = GraphQLFieldConfig<unknown, unknown>;

const isList = (type: GraphQLOutputType): boolean => isListType(getNullableType(type));

const nameNode = (value: string): NameNode => ({ kind: Kind.NAME, value });

/** @param values the arguments' values; their JSON is valid GraphQL. */
const use = ({ name }: GraphQLDirective, values: Readonly<Record<string, unknown>>): ConstDirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: nameNode(name),
  arguments: Object.entries(values).map(([argument, value]) => ({
    kind: Kind.ARGUMENT,
    name: nameNode(argument),
    value: parseConstValue(JSON.stringify(value)),
  })),
});

/** The object lists directly on a page: `nodes` and `edges`. */
function sizedFieldsOf({ type }: FieldConfig): string[] {
  const page = getNamedType(type);
  if (isList(type) || !isObjectType(page)) return [];
  return Object.values(page.getFields())
    .filter((field) => isList(field.type) && isCompositeType(getNamedType(field.type)))
    .map(({ name }) => name);
}

function costUses(field: FieldConfig): ConstDirectiveNode[] {
  if (!isCompositeType(getNamedType(field.type))) return [];
  const slicing = SLICING_ARGUMENTS.filter((name) => name in (field.args ?? {}));
  const weight = field.extensions?.cost;
  const uses = typeof weight === 'number' ? [use(costDirective, { weight: `${weight}` })] : [];
  if (slicing.length > 0) {
    const sizedFields = sizedFieldsOf(field);
    const size = { assumedSize: DEFAULT_PAGE, slicingArguments: slicing, requireOneSlicingArgument: false };
    uses.push(use(listSizeDirective, sizedFields.length === 0 ? size : { ...size, sizedFields }));
  } else if (isList(field.type)) uses.push(use(listSizeDirective, { assumedSize: PLAIN_LIST }));
  return uses;
}

/** Adds the directives to fields that return objects; `costDirectiveDefinitions` must be in the schema. */
export const withCostDirectives = (schema: GraphQLSchema): GraphQLSchema =>
  mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field: FieldConfig, fieldName: string, typeName: string) => {
      const uses = typeName.startsWith('__') ? [] : costUses(field);
      if (uses.length === 0) return undefined;
      const node = field.astNode ?? {
        kind: Kind.FIELD_DEFINITION,
        name: nameNode(fieldName),
        type: parseType(String(field.type)),
      };
      return { ...field, astNode: { ...node, directives: [...(node.directives ?? []), ...uses] } };
    },
  });
