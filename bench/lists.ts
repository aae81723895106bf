/** Every list that the schema offers, in each order and direction, first and deep pages, with each filter. */
import { getDirective } from '@graphql-tools/utils';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isObjectType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';

/** Sends an operation and answers its data. */
export type GraphqlRequest = (query: string, variables: object) => Promise<Record<string, Page>>;

export interface Page {
  readonly pageInfo: { readonly startCursor: string | null; readonly endCursor: string | null };
}

export interface List {
  /** The root field: `agents`. */
  readonly many: string;
  readonly masterOnly: boolean;
  readonly filter: object | null;
  /** What the list is ordered by, where that is not its own order. */
  readonly by: string | null;
  readonly page: string;
  readonly read: (ask: GraphqlRequest) => Promise<unknown>;
}

type Field = GraphQLField<unknown, unknown>;

const argument = (field: Field, name: string): ReturnType<typeof getNamedType> =>
  getNamedType(field.args.find((one) => one.name === name)?.type);

const takes = (field: Field, name: string): boolean => field.args.some((one) => one.name === name);

interface Order {
  readonly by: string | null;
  readonly given: object;
}

/** The list's own order first. */
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

/** Values to filter by: for a field of a list, for a field of any list, or else for an input type; whole filters for a list. */
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

type Way = (ask: GraphqlRequest) => Promise<object>;

function reader(field: Field, given: object, way: Way): List['read'] {
  const declared = field.args
    .filter(({ name }) => name !== 'accountId')
    .map(({ name, type }) => [`$${name}: ${type.toString()}`, `${name}: $${name}`]);
  const query = `query (${declared.map(([head]) => head).join(', ')}) {
    ${field.name}(${declared.map(([, call]) => call).join(', ')}) { pageInfo { startCursor endCursor } } }`;
  return async (ask) => ask(query, { deleted: 'EXCLUDE', ...given, ...(await way(ask)) });
}

/** The pages of one list; the deep ones start at the far end, found by reading from there where the list can. */
function pagesOf(field: Field, given: object): [string, List['read']][] {
  const cursor = async (
    ask: GraphqlRequest,
    from: object,
    which: 'startCursor' | 'endCursor',
  ): Promise<string | null> => {
    let found: string | null = null;
    await reader(field, given, () => Promise.resolve(from))(async (query, variables) => {
      const answer = await ask(query, variables);
      found = answer[field.name]?.pageInfo[which] ?? null;
      return answer;
    });
    return found;
  };
  const backwards = takes(field, 'last');
  const forwards: [string, Way][] = [
    ['first', () => Promise.resolve({ first: 20 })],
    [
      'deep',
      async (ask) => ({
        first: 20,
        after: backwards
          ? await cursor(ask, { last: 100 }, 'startCursor')
          : await cursor(ask, { first: 100 }, 'endCursor'),
      }),
    ],
  ];
  const back: [string, Way][] = [
    ['last', () => Promise.resolve({ last: 20 })],
    ['deep backwards', async (ask) => ({ last: 20, before: await cursor(ask, { first: 100 }, 'endCursor') })],
  ];
  return [...forwards, ...(backwards ? back : [])].map(([page, way]) => [page, reader(field, given, way)]);
}

/** Fields that give pages. */
const listFields = (schema: GraphQLSchema): Field[] =>
  Object.values(schema.getQueryType()?.getFields() ?? {}).filter((field) => {
    const type = getNamedType(field.type);
    return isObjectType(type) && 'pageInfo' in type.getFields();
  });

/**
 * @param samples values to filter by, in every order.
 * @param required values of arguments that a list cannot be read without, by list.
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
