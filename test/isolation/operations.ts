/** Reading operations generated from the executable schema: every root field, every argument, every path of types. */
import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import type { SeededIds } from '../harness/factories';

export interface Operation {
  /** Describes what is varied, for failure messages. */
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Values to try, by kind. */
export interface Samples {
  readonly ids: readonly string[];
  readonly texts: readonly string[];
}

type Field = GraphQLField<unknown, unknown>;

const TIMES = ['2020-01-01T00:00:00Z', '2126-01-01T00:00:00Z'];
const NUMBERS = [1, 2, 100, 0, -1, 2_147_483_647];
const JSON_VALUES = [{}, [], 'x', 1, null, { owner: { team: 'x' } }];

/** Set by the clock of the process and not by rows, so equal worlds would differ in it. */
const CLOCKWORK = new Set(['lastUsedAt']);

/** Counted in memory and stored at intervals, so equal worlds would differ in it. */
export const COUNTED = [
  'auditDenials',
  'accessDecisions',
  'simulateAccess',
  'accessPlan',
  'accessReview',
  'staleApiKeys',
];

export const queryFields = (schema: GraphQLSchema): Field[] => Object.values(schema.getQueryType()?.getFields() ?? {});

const needsArguments = (field: Field): boolean =>
  field.args.some((one) => isNonNullType(one.type) && one.defaultValue === undefined);

const inner = (type: GraphQLNamedType): Field[] =>
  isObjectType(type)
    ? Object.values(type.getFields()).filter((one) => !needsArguments(one) && !CLOCKWORK.has(one.name))
    : [];

export const leaves = (type: GraphQLNamedType): string =>
  [
    '__typename',
    ...inner(type)
      .filter((one) => isLeafType(getNamedType(one.type)))
      .map((one) => one.name),
  ].join(' ');

const page = (field: Field): string =>
  field.args.some((one) => one.name === 'first') ? `${field.name}(first: 5)` : field.name;

/** Every chain of object fields down to `depth`, each with all the leaves along it. */
export function chains(schema: GraphQLSchema, type: GraphQLNamedType, depth: number): string[] {
  if (isAbstractType(type)) {
    const possible = schema.getPossibleTypes(type);
    return possible.flatMap((each) =>
      chains(schema, each, depth).map((one) => `{ __typename ... on ${each.name} ${one} }`),
    );
  }
  const further = depth > 1 ? inner(type).filter((one) => !isLeafType(getNamedType(one.type))) : [];
  if (further.length === 0) return [`{ ${leaves(type)} }`];
  return further.flatMap((one) =>
    chains(schema, getNamedType(one.type), depth - 1).map((below) => `{ ${leaves(type)} ${page(one)} ${below} }`),
  );
}

/** A selection without relations: all leaves, and the page info of connections. */
export function flat(schema: GraphQLSchema, type: GraphQLNamedType): string {
  if (!isObjectType(type) || !('pageInfo' in type.getFields())) return chains(schema, type, 1)[0] ?? '';
  const edge = getNamedType(type.getFields()['nodes']?.type);
  return `{ ${leaves(type)} pageInfo { startCursor endCursor hasNextPage hasPreviousPage } edges { cursor node { ${edge ? leaves(edge) : 'id'} } } }`;
}

/** Values of an input type that are worth trying, the simplest first. */
export function samplesOf(type: GraphQLInputType, samples: Samples, depth = 3): unknown[] {
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    const each = samplesOf(nullable.ofType, samples, depth);
    return [each.slice(0, 1), [], each];
  }
  if (isEnumType(nullable)) return nullable.getValues().map((one) => one.name);
  if (isInputObjectType(nullable)) return depth === 0 ? [] : inputsOf(nullable, samples, depth - 1);
  switch (getNamedType(nullable).name) {
    case 'ID':
      return [...samples.ids];
    case 'Int':
      return NUMBERS;
    case 'Boolean':
      return [true, false];
    case 'DateTime':
      return TIMES;
    case 'String':
      return [...samples.texts];
    case '_Any':
      return samples.ids.map((id) => ({ __typename: 'Agent', id }));
    default:
      return JSON_VALUES;
  }
}

function inputsOf(
  type: GraphQLInputType & { getFields(): Record<string, { type: GraphQLInputType }> },
  samples: Samples,
  depth: number,
): unknown[] {
  const fields = Object.entries(type.getFields());
  const required = fields.filter(([, field]) => isNonNullType(field.type));
  const base = Object.fromEntries(required.map(([name, field]) => [name, samplesOf(field.type, samples, depth)[0]]));
  const varied = fields.flatMap(([name, field]) =>
    [...samplesOf(field.type, samples, depth), ...(isNonNullType(field.type) ? [] : [null])].map((value) => ({
      ...base,
      [name]: value,
    })),
  );
  return [base, ...varied];
}

/** One root field with some of its arguments. */
export function operation(
  field: Field,
  given: Readonly<Record<string, unknown>>,
  selection: string,
  kind = 'query',
): Operation {
  const used = field.args.filter((argument) => argument.name in given);
  const declared = used.map((argument) => `$${argument.name}: ${argument.type.toString()}`).join(', ');
  const passed = used.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
  const head = used.length === 0 ? '' : `(${declared})`;
  const call = used.length === 0 ? field.name : `${field.name}(${passed})`;
  return {
    name: `${field.name} ${JSON.stringify(given)}`,
    query: `${kind} ${head} { ${call} ${selection} }`,
    variables: given,
  };
}

/** The required arguments of a field. */
export const required = (field: Field, samples: Samples): Record<string, unknown> =>
  Object.fromEntries(
    field.args
      .filter((one) => isNonNullType(one.type) && one.defaultValue === undefined)
      .map((one) => [one.name, samplesOf(one.type, samples)[0]]),
  );

/** Every root field, with each argument varied separately. */
export function argumentOperations(
  schema: GraphQLSchema,
  samples: Samples,
  kind: 'query' | 'mutation' = 'query',
): Operation[] {
  const root = kind === 'query' ? schema.getQueryType() : schema.getMutationType();
  return Object.values(root?.getFields() ?? {}).flatMap((field) => {
    const base = required(field, samples);
    const type = getNamedType(field.type);
    const selection = isLeafType(type) ? '' : flat(schema, type);
    const varied = field.args.flatMap((argument) =>
      [...samplesOf(argument.type, samples), ...(isNonNullType(argument.type) ? [] : [null])].map((value) => ({
        ...base,
        [argument.name]: value,
      })),
    );
    return [base, ...varied].map((given) => operation(field, given, selection, kind));
  });
}

/** Later than every event of a test. */
const LATER = '2126-01-01T00:00:00Z';

/** The arguments that lead a field to existing rows: their ids and, if it takes them, their types. */
export function argumentsOfRows(seeded: SeededIds): (field: Field) => Record<string, unknown>[] {
  const representations = [...seeded].flatMap(([type, ids]) => ids.map((id) => ({ __typename: type, id })));
  return (field) => {
    if (field.args.some(({ name }) => name === 'representations')) return [{ representations }];
    const isAuditLog = field.args.some(({ name }) => name === 'resourceType');
    if (!isAuditLog) return (seeded.get(getNamedType(field.type).name) ?? []).map((id) => ({ id }));
    const takesTime = field.args.some(({ name }) => name === 'time');
    return [...seeded].flatMap(([resourceType, ids]) =>
      ids.map((id) => ({ id, resourceType, ...(takesTime && { time: LATER }) })),
    );
  };
}

/** Every root field with every path of types. */
export function pathOperations(
  schema: GraphQLSchema,
  samples: Samples,
  rows: (field: Field) => readonly Record<string, unknown>[],
  depth = 4,
): Operation[] {
  return queryFields(schema).flatMap((field) => {
    const type = getNamedType(field.type);
    // Types of a union are followed further from their own fields.
    const selections = isLeafType(type) ? [''] : chains(schema, type, isUnionType(type) ? 2 : depth);
    const base = required(field, samples);
    const takesRows = 'id' in base || 'representations' in base;
    const bases = takesRows ? rows(field).map((given) => ({ ...base, ...given })) : [base];
    return bases.flatMap((given) => selections.map((selection) => operation(field, given, selection)));
  });
}
