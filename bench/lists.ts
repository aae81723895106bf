/** Every list that the schema offers: each resource in each order and direction, first and deep pages, with its filters. */
import { getNamedType, isEnumType, isInputObjectType, type GraphQLField, type GraphQLSchema } from 'graphql';
import type { Resource } from '../src/graph/resource';

/** Sends an operation and answers its data. */
export type Ask = (query: string, variables: object) => Promise<Record<string, Page>>;

export interface Page {
  readonly totalCount?: number;
  readonly nodes: readonly Record<string, unknown>[];
  readonly pageInfo: { readonly startCursor: string | null; readonly endCursor: string | null };
}

export interface List {
  /** The root field: `agents`. */
  readonly many: string;
  readonly filtered: boolean;
  /** `agents by name, {"name":{"equals":"x"}}`. */
  readonly order: string;
  readonly page: string;
  readonly read: (ask: Ask) => Promise<unknown>;
}

type Field = GraphQLField<unknown, unknown>;

const argument = (field: Field, name: string): ReturnType<typeof getNamedType> =>
  getNamedType(field.args.find((one) => one.name === name)?.type);

/** The fields that a list can be ordered by, by creation first. */
function ordersOf(field: Field): (string | null)[] {
  const input = argument(field, 'orderBy');
  const type = isInputObjectType(input) ? getNamedType(input.getFields()['field']?.type) : undefined;
  return [null, ...(isEnumType(type) ? type.getValues().map(({ name }) => name) : [])];
}

/** Values that the dataset has, by the field that is compared; for each comparison that an index is there for. */
export type Samples = Readonly<Record<string, readonly object[] | undefined>>;

function filtersOf(field: Field, samples: Samples): object[] {
  const input = argument(field, 'filter');
  if (!isInputObjectType(input)) return [];
  return Object.keys(input.getFields()).flatMap((name) => (samples[name] ?? []).map((value) => ({ [name]: value })));
}

function listOf(field: Field, order: string, given: object, page: string, way: (ask: Ask) => Promise<object>): List {
  const declared = field.args
    .filter(({ name }) => name !== 'accountId')
    .map(({ name, type }) => [`$${name}: ${type.toString()}`, `${name}: $${name}`]);
  const query = `query (${declared.map(([head]) => head).join(', ')}) {
    ${field.name}(${declared.map(([, call]) => call).join(', ')}) { nodes { id } pageInfo { startCursor endCursor } } }`;
  return {
    many: field.name,
    filtered: 'filter' in given,
    order,
    page,
    read: async (ask) => ask(query, { deleted: 'EXCLUDE', ...given, ...(await way(ask)) }),
  };
}

/** The four pages of one list; the deep ones start at the far end, found by reading from there. */
function pagesOf(field: Field, order: string, given: object): List[] {
  const cursor = async (ask: Ask, from: object, which: 'startCursor' | 'endCursor'): Promise<string | null> => {
    let found: string | null = null;
    const list = listOf(field, order, given, '', () => Promise.resolve(from));
    await list.read(async (query, variables) => {
      const answer = await ask(query, variables);
      found = answer[field.name]?.pageInfo[which] ?? null;
      return answer;
    });
    return found;
  };
  return [
    listOf(field, order, given, 'first', () => Promise.resolve({ first: 20 })),
    listOf(field, order, given, 'deep', async (ask) => ({
      first: 20,
      after: await cursor(ask, { last: 100 }, 'startCursor'),
    })),
    listOf(field, order, given, 'last', () => Promise.resolve({ last: 20 })),
    listOf(field, order, given, 'deep backwards', async (ask) => ({
      last: 20,
      before: await cursor(ask, { first: 100 }, 'endCursor'),
    })),
  ];
}

/** @param samples values to filter by; each filter by creation and by every other order. */
export function listsOf(schema: GraphQLSchema, resources: readonly Resource[], samples: Samples): List[] {
  return resources.flatMap(({ names }) => {
    const field = schema.getQueryType()?.getFields()[names.many];
    if (!field) throw new Error(`The schema has no list ${names.many}`);
    return ordersOf(field).flatMap((by) =>
      [null, ...filtersOf(field, samples)].flatMap((filter) =>
        (by === null ? ['ASC'] : ['ASC', 'DESC']).flatMap((direction) => {
          const order = `${names.many}${by === null ? '' : ` by ${by}`}${filter ? `, ${JSON.stringify(filter)}` : ''}`;
          return pagesOf(field, order, { ...(by && { orderBy: { field: by, direction } }), ...(filter && { filter }) });
        }),
      ),
    );
  });
}
