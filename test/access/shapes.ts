/** One operation in all the forms that an authorization check could miss. */
import { getNamedType, isLeafType, parse, TypeInfo, visit, visitWithTypeInfo, type GraphQLField } from 'graphql';
import { gatewaySchema } from '../harness/factories';
import { chains, flat, operation, required, type Operation, type Samples } from '../isolation/operations';

export interface Shape {
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Declares the variable `$no`, which is false. */
const declaringNo = ({ query, variables }: Operation): Pick<Shape, 'query' | 'variables'> => ({
  query: query.replace(/^(query|mutation)\s*(\(?)/, (_, kind: string, parenthesis: string) =>
    parenthesis === '' ? `${kind} ($no: Boolean!) ` : `${kind} ($no: Boolean!, `,
  ),
  variables: { ...variables, no: false },
});

/** `{ a b }` -> ` a b ` */
const inside = (selection: string): string => selection.slice(selection.indexOf('{') + 1, selection.lastIndexOf('}'));

/** Rights do not depend on variables: fields that `@include` omits still require their permissions. */
function leftOut(plain: Operation): Shape {
  const head = plain.query.slice(0, plain.query.indexOf('{'));
  const query = `${head}{ ... @include(if: $no) {${inside(plain.query)}} }`;
  return { name: 'left out by @include', ...declaringNo({ ...plain, query }) };
}

/** The forms in which an operation can reach its root field. */
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

/** @returns the selection inside of a fragment that `$no` omits. */
const leftOutSelection = (selection: string): string => `{ __typename ... @include(if: $no) {${inside(selection)}} }`;

/** An operation whose selection is `leftOutSelection`. */
const withoutSelection = (operation: Operation): Shape => ({
  name: 'nested and left out by @include',
  ...declaringNo(operation),
});

/** A root field with everything that can be selected below it, in every form. */
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
        : // None of it runs, so that selections do not change rows.
          [leftOut(made(selection))],
    ),
  ];
}

/** The fields below the root field of an operation, by their path (`Agent.tools`). */
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
