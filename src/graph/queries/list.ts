/** Shared by all lists: pagination arguments, and reading a page of rows. */
import type { GraphQLResolveInfo } from 'graphql';
import { Int } from 'type-graphql';
import type { Predicate } from '../../db/statements/predicate';
import type { StoredRow } from '../../db/statements/row';
import type { Deleted, Direction } from '../../db/statements/select';
import type { EntityClass } from '../../db/transaction';
import { repository, type RequestContext } from '../request-context';
import { ConnectionSource, pageRequest, type PageArguments } from './connection';
import { selectColumns } from './select-columns';
import { selectedFields } from './selected-fields';

/** Use as `@Arg(...FIRST)`. */
export const FIRST = [
  'first',
  () => Int,
  {
    nullable: true,
    description: 'Page size, counted from the start of the list or from `after`: 1 to 100; default: 20.',
  },
] as const;
export const AFTER = ['after', () => String, { nullable: true, description: 'Rows after this cursor.' }] as const;
export const LAST = [
  'last',
  () => Int,
  { nullable: true, description: 'Page size, counted from the end of the list or from `before`: 1 to 100.' },
] as const;
export const BEFORE = ['before', () => String, { nullable: true, description: 'Rows before this cursor.' }] as const;

/** The paths to the rows in a connection's selection. */
const ROWS = [['nodes'], ['edges', 'node']];

interface PageToList<Row extends StoredRow> {
  readonly entity: EntityClass<Row>;
  /** The GraphQL type whose fields are selected below `rows`. */
  readonly type: string;
  readonly page: PageArguments;
  readonly predicates?: readonly Predicate[];
  /** Default: the entity's own order, ascending. */
  readonly order?: { readonly property: string; readonly direction: Direction } | null;
  readonly deleted?: Deleted | null;
  /** Columns needed regardless of the selection. */
  readonly columns?: readonly string[];
  /** Paths to the type's selection. Always pass the same list: its result is cached with the document. */
  readonly rows?: readonly (readonly string[])[];
}

/** A page of the scope's rows. @throws GatewayError BAD_USER_INPUT, INVALID_CURSOR */
export async function listPage<Row extends StoredRow>(
  context: RequestContext,
  info: GraphQLResolveInfo,
  { entity, type, page, predicates = [], order, deleted, columns = [], rows = ROWS }: PageToList<Row>,
): Promise<ConnectionSource<Row>> {
  const request = pageRequest(page, info);
  const repositoryOfRows = repository(context, entity);
  const selected = selectColumns(info, type, selectedFields(info, rows));
  const rowPage = await repositoryOfRows.list({
    columns: columns.length === 0 ? selected : [...columns, ...selected],
    predicates,
    order: order ?? { property: repositoryOfRows.table.order, direction: 'ASC' },
    deleted: deleted ?? 'EXCLUDE',
    ...request,
  });
  return new ConnectionSource(rowPage, request);
}
