/** One operation in the shapes that an authorization check could miss. */
import { getNamedType, isLeafType, parse, TypeInfo, visit, visitWithTypeInfo, type GraphQLField } from 'graphql';
import { gatewaySchema } from '../harness/factories';
import { chains, flat, operation, required, type Operation, type Samples } from '../isolation/operations';

export interface Shape {
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The same operation with the variable `$no`, which is false. */
const declaringNo = ({ query, variables }: Operation): Pick<Shape, 'query' | 'variables'> => ({
  query: query.replace(/^(query|mutation)\s*(\(?)/, (_, kind: string, parenthesis: string) =>
    parenthesis === '' ? `${kind} ($no: Boolean!) ` : `${kind} ($no: Boolean!, `,
  ),
  variables: { ...variables, no: false },
});

/** `{ a b }` -> ` a b ` */
const inside = (selection: string): string => selection.slice(selection.indexOf('{') + 1, selection.lastIndexOf('}'));

/** What a key may do does not depend on variables: what `@include` leaves out is asked for all the same. */
function leftOut(plain: Operation): Shape {
  const head = plain.query.slice(0, plain.query.indexOf('{'));
  const query = `${head}{ ... @include(if: $no) {${inside(plain.query)}} }`;
  return { name: 'left out by @include', ...declaringNo({ ...plain, query }) };
}

/** How the root field is reached. */
function shapesOf(plain: Operation, root: 'Query' | 'Mutation'): Shape[] {
  const { variables } = plain;
  const head = plain.query.slice(0, plain.query.indexOf('{'));
  const body = inside(plain.query);
  return [
    { ...plain, name: 'plain' },
    { variables, name: 'aliased', query: `${head}{ alias: ${body.trim()} }` },
    { variables, name: 'in inline fragments', query: `${head}{ ... on ${root} { ... {${body}} } }` },
    { variables, name: 'in a fragment', query: `${head}{ ...Part } fragment Part on ${root} {${body}}` },
    leftOut(plain),
  ];
}

/** @returns the selection inside of a fragment that `$no` leaves out. */
const leftOutSelection = (selection: string): string => `{ __typename ... @include(if: $no) {${inside(selection)}} }`;

/** An operation whose selection is `leftOutSelection`. */
const withoutSelection = (operation: Operation): Shape => ({
  name: 'nested and left out by @include',
  ...declaringNo(operation),
});

/** A root field with what may be selected below it, in every shape. */
export function shapesOfField(
  kind: 'query' | 'mutation',
  field: GraphQLField<unknown, unknown>,
  samples: Samples,
): Shape[] {
  const type = getNamedType(field.type);
  const [narrow = '', ...deeper] = isLeafType(type)
    ? ['']
    : [...new Set([flat(gatewaySchema, type), ...chains(gatewaySchema, type, 2)])];
  const made = (selection: string): Operation => operation(field, required(field, samples), selection, kind);
  return [
    ...shapesOf(made(narrow), kind === 'query' ? 'Query' : 'Mutation'),
    ...deeper.flatMap((selection) =>
      kind === 'query'
        ? [{ ...made(selection), name: 'nested' }, withoutSelection(made(leftOutSelection(selection)))]
        : // Nothing of it runs, so that no row is changed for each selection.
          [leftOut(made(selection))],
    ),
  ];
}

/** The fields inside of an operation's root field, by their path (`Agent.tools`). */
export function fieldsRead(query: string): ReadonlyMap<string, GraphQLField<unknown, unknown>> {
  const types = new TypeInfo(gatewaySchema);
  const fields = new Map<string, GraphQLField<unknown, unknown>>();
  const visitor = visitWithTypeInfo(types, {
    Field: () => {
      const parent = types.getParentType();
      const field = types.getFieldDef();
      const isRoot = parent === gatewaySchema.getQueryType() || parent === gatewaySchema.getMutationType();
      if (!isRoot && parent && field) fields.set(`${parent.name}.${field.name}`, field);
    },
  });
  visit(parse(query), visitor);
  return fields;
}
