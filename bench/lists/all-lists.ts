/** Every list of the schema, in each order and direction, with first and deep pages and with each filter. */
import { getDirective } from '@graphql-tools/utils';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isObjectType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';

/** Sends an operation and returns its data. */
export type GraphqlRequest = (query: string, variables: object) => Promise<Record<string, Page>>;

export interface Page {
  readonly pageInfo: { readonly startCursor: string | null; readonly endCursor: string | null };
}

export interface List {
  /** The root field: `agents`. */
  readonly many: string;
  readonly masterOnly: boolean;
  readonly filter: object | null;
  /** The column that the list is ordered by, unless it is the default order. */
  readonly by: string | null;
  readonly page: string;
  readonly read: (send: GraphqlRequest) => Promise<unknown>;
}

type Field = GraphQLField<unknown, unknown>;

const argument = (field: Field, name: string): ReturnType<typeof getNamedType> =>
  getNamedType(field.args.find((argument) => argument.name === name)?.type);

const takes = (field: Field, name: string): boolean => field.args.some((argument) => argument.name === name);

interface Order {
  readonly by: string | null;
  readonly given: object;
}

/** The default order first. */
function ordersOf(field: Field): Order[] {
  if (takes(field, 'direction')) return ['DESC', 'ASC'].map((direction) => ({ by: null, given: { direction } }));
  const input = argument(field, 'orderBy');
  const type = isInputObjectType(input) ? getNamedType(input.getFields()['field']?.type) : undefined;
  const names = isEnumType(type) ? type.getValues().map(({ name }) => name) : [];
  const orders = names.flatMap((by) =>
    ['ASC', 'DESC'].map((direction) => ({ by, given: { orderBy: { field: by, direction } } })),
  );
  return [{ by: null, given: {} }, ...orders];
}

/**
 * Values to filter by: for a field of one list, for a field of any list, or for an input type; or complete filters for
 * a list.
 */
export type Samples = Readonly<Record<string, readonly unknown[] | undefined>>;

interface Choice {
  readonly filter?: object;
  readonly deleted?: 'ONLY';
}

const filtersOf = (field: Field, samples: Samples): Choice[] => {
  const input = argument(field, 'filter');
  const fields = isInputObjectType(input) ? Object.values(input.getFields()) : [];
  const chosen = fields.flatMap(({ name, type }) => {
    const values = samples[`${field.name}.${name}`] ?? samples[name] ?? samples[getNamedType(type).name] ?? [];
    return values.map((value) => ({ filter: { [name]: value } }));
  });
  const several = (samples[field.name] ?? []).map((filter) => ({ filter: Object(filter) as object }));
  const deleted: Choice[] = takes(field, 'deleted') && samples['deleted'] ? [{ deleted: 'ONLY' }] : [];
  return [{}, ...chosen, ...several, ...deleted];
};

type Variables = (send: GraphqlRequest) => Promise<object>;

function reader(field: Field, given: object, variablesOf: Variables): List['read'] {
  const declarations = field.args
    .filter(({ name }) => name !== 'accountId')
    .map(({ name, type }) => [`$${name}: ${type.toString()}`, `${name}: $${name}`]);
  const query = `query (${declarations.map(([head]) => head).join(', ')}) {
    ${field.name}(${declarations.map(([, call]) => call).join(', ')}) { pageInfo { startCursor endCursor } } }`;
  return async (send) => send(query, { deleted: 'EXCLUDE', ...given, ...(await variablesOf(send)) });
}

/**
 * The pages of one list. Deep pages start at the far end; it is found by reading backwards if the list supports that.
 */
function pagesOf(field: Field, given: object): [string, List['read']][] {
  const cursor = async (
    send: GraphqlRequest,
    from: object,
    which: 'startCursor' | 'endCursor',
  ): Promise<string | null> => {
    let result: string | null = null;
    await reader(field, given, () => Promise.resolve(from))(async (query, variables) => {
      const answer = await send(query, variables);
      result = answer[field.name]?.pageInfo[which] ?? null;
      return answer;
    });
    return result;
  };
  const backwards = takes(field, 'last');
  const forwards: [string, Variables][] = [
    ['first', () => Promise.resolve({ first: 20 })],
    [
      'deep',
      async (send) => ({
        first: 20,
        after: backwards
          ? await cursor(send, { last: 100 }, 'startCursor')
          : await cursor(send, { first: 100 }, 'endCursor'),
      }),
    ],
  ];
  const back: [string, Variables][] = [
    ['last', () => Promise.resolve({ last: 20 })],
    ['deep backwards', async (send) => ({ last: 20, before: await cursor(send, { first: 100 }, 'endCursor') })],
  ];
  return [...forwards, ...(backwards ? back : [])].map(([page, variablesOf]) => [
    page,
    reader(field, given, variablesOf),
  ]);
}

/** Fields that return pages. */
const listFields = (schema: GraphQLSchema): Field[] =>
  Object.values(schema.getQueryType()?.getFields() ?? {}).filter((field) => {
    const type = getNamedType(field.type);
    return isObjectType(type) && 'pageInfo' in type.getFields();
  });

/**
 * @param samples values to filter by, in every order.
 * @param required values of the required arguments of each list.
 */
export function listsOf(schema: GraphQLSchema, samples: Samples, required: Readonly<Record<string, object>>): List[] {
  return listFields(schema).flatMap((field) => {
    const masterOnly = getDirective(schema, field, 'masterOnly') !== undefined;
    return ordersOf(field).flatMap(({ by, given }) =>
      filtersOf(field, samples).flatMap((choice) =>
        pagesOf(field, { ...given, ...choice, ...required[field.name] }).map(([page, read]) => ({
          many: field.name,
          masterOnly,
          filter: choice.filter ?? (choice.deleted ? choice : null),
          by,
          page,
          read,
        })),
      ),
    );
  });
}
