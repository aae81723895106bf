/** Pagination by the Relay connection specification: https://relay.dev/graphql/connections.htm */
import type { GraphQLResolveInfo } from 'graphql';
import { Field, FieldResolver, Int, ObjectType, registerEnumType, Resolver, Root } from 'type-graphql';
import type { Page, RowCount } from '../../db/repository';
import type { Deleted } from '../../db/statements/select';
import { badInput } from '../../errors';
import { Scoped } from '../decorators';
import { selectedFields } from './selected-fields';

const DEFAULT_PAGE_SIZE = 20;
const MAX_PAGE_SIZE = 100;

export const DeletedRows = { EXCLUDE: 'EXCLUDE', INCLUDE: 'INCLUDE', ONLY: 'ONLY' } as const satisfies Record<
  Deleted,
  Deleted
>;
registerEnumType(DeletedRows, {
  name: 'Deleted',
  description: 'Which rows a list returns: those that are not deleted, deleted ones, or both.',
});

export const Direction = { ASC: 'ASC', DESC: 'DESC' } as const;
registerEnumType(Direction, { name: 'Direction', description: 'The direction of an order.' });

export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

interface PageRequest {
  readonly size: number;
  readonly backwards: boolean;
  readonly cursor: string | null;
  /** Whether the query asks if there are more rows. */
  readonly fetchOneMore: boolean;
}

const PAGE_INFO = [['pageInfo']];

/** @throws GatewayError BAD_USER_INPUT unless 1 to 100. */
export function pageSize(size: number, argument: string): number {
  if (size >= 1 && size <= MAX_PAGE_SIZE) return size;
  throw badInput([argument], `A page has 1 to ${MAX_PAGE_SIZE} rows, not ${size}.`);
}

/**
 * Reads a connection's four arguments: `first` goes with `after`, `last` with `before`.
 * @throws GatewayError BAD_USER_INPUT
 */
export function pageRequest(
  { first, after, last, before }: PageArguments,
  info: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>,
): PageRequest {
  const backwards = typeof last === 'number' || typeof before === 'string';
  if (backwards && (typeof first === 'number' || typeof after === 'string')) {
    throw badInput(['last'], 'Page forwards with first and after, or backwards with last and before, not both.');
  }
  const size = pageSize((backwards ? last : first) ?? DEFAULT_PAGE_SIZE, backwards ? 'last' : 'first');
  const cursor = (backwards ? before : after) ?? null;
  return { size, backwards, cursor, fetchOneMore: selectedFields(info, PAGE_INFO).length > 0 };
}

@ObjectType({ description: 'The position of a page in its list.' })
export class PageInfo {
  @Field(() => Boolean, {
    description:
      'Whether there are, or may be, rows after this page: a filter without an index stops after scanning 10,000 rows; the page is then shorter, and `endCursor` continues the scan.',
  })
  hasNextPage!: boolean;

  @Field(() => Boolean, {
    description: 'Whether there are rows before this page; when paging backwards: or may be, as with `hasNextPage`.',
  })
  hasPreviousPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the start of this page, usually its first row; send it as `before`.',
  })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the end of this page, usually its last row; send it as `after`.',
  })
  endCursor!: string | null;
}

/** A page as read by its connection's fields; cursors are only encrypted if a query selects them. */
export class ConnectionSource<Row> {
  #count: Promise<RowCount> | null = null;

  constructor(
    readonly page: Page<Row>,
    readonly request: PageRequest,
  ) {}

  /** Counted once, however many fields need it. */
  count(): Promise<RowCount> {
    return (this.#count ??= this.page.count());
  }

  get nodes(): readonly Row[] {
    return this.page.rows;
  }

  get edges(): { cursor: string; node: Row }[] {
    return this.page.rows.map((node) => ({ cursor: this.page.cursorOf(node), node }));
  }

  get pageInfo(): PageInfo {
    const { page, request } = this;
    const cursorAt = (index: 0 | -1): string | null => {
      const isFar = request.backwards === (index === 0);
      const row = (isFar ? page.end : null) ?? page.rows.at(index);
      return row === undefined ? null : page.cursorOf(row);
    };
    const beyond = request.cursor !== null;
    return {
      hasNextPage: request.backwards ? beyond : page.more,
      hasPreviousPage: request.backwards ? page.more : beyond,
      get startCursor() {
        return cursorAt(0);
      },
      get endCursor() {
        return cursorAt(-1);
      },
    };
  }
}

interface ConnectionTypes {
  readonly connection: new () => object;
  /** The resolver class of the connection's own fields. */
  readonly resolver: new () => object;
}

/** Creates `<name>Connection` and `<name>Edge` for a row type. */
export function connectionTypes<Row extends object>(name: string, rowType: new () => Row): ConnectionTypes {
  @Scoped()
  @ObjectType(`${name}Edge`, { description: `One ${name} in a list, with its position.` })
  class Edge {
    @Field(() => String, { description: 'Position of this row in this list; opaque.' })
    cursor!: string;

    @Field(() => rowType, { description: 'The row.' })
    node!: Row;
  }

  @Scoped()
  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}.` })
  class Connection {
    @Field(() => [rowType], { description: 'The rows of this page.' })
    nodes!: Row[];

    @Field(() => [Edge], { description: 'The rows of this page with their cursors.' })
    edges!: Edge[];

    @Field(() => PageInfo, { description: 'The position of this page in the list.' })
    pageInfo!: PageInfo;
  }

  @Resolver(() => Connection)
  class ConnectionResolver {
    @FieldResolver(() => Int, {
      description:
        'The number of rows in the whole list, counted only when selected, and up to 10,000: see `totalCountIsExact`. With a filter that no index answers, the number of matches among the first 10,000 rows.',
    })
    async totalCount(@Root() source: ConnectionSource<Row>): Promise<number> {
      return (await source.count()).count;
    }

    @FieldResolver(() => Boolean, {
      description: 'Whether `totalCount` is the number of all rows; false: there may be more than that.',
    })
    async totalCountIsExact(@Root() source: ConnectionSource<Row>): Promise<boolean> {
      return (await source.count()).isExact;
    }
  }

  return { connection: Connection, resolver: ConnectionResolver };
}
