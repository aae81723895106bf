/** The two reading fields of every resource: one row by id, and the list as a connection. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, InputType, Int, Query, registerEnumType, Resolver } from 'type-graphql';
import type { StoredRow } from '../../db/statements/row';
import type { Deleted, Direction as Way } from '../../db/statements/select';
import { selectedFields } from './selected-fields';
import { selectColumns } from './select-columns';
import { ConnectionSource, connectionTypes, DeletedRows, Direction, pageRequest } from './connection';
import { Scoped } from '../decorators';
import { COMMON_FILTERS, filterInput } from './filter';
import { repository, type RequestContext } from '../request-context';
import type { CommonListFields, QueryableResource } from '../resource';

interface OrderInput {
  readonly field: string;
  readonly direction: Way;
}

const ROWS = [['nodes'], ['edges', 'node']];
const MUTABLE_ROWS: CommonListFields = {
  filter: COMMON_FILTERS,
  order: { createdAt: 'createdAt', updatedAt: 'updatedAt' },
};

function orderInput(type: string, fields: Readonly<Record<string, string>>): new () => OrderInput {
  registerEnumType(fields, { name: `${type}OrderField`, description: `What a list of ${type} can be ordered by.` });

  @InputType(`${type}Order`, {
    description: 'An order of the list; ties are broken by id. Without one, rows come in the order of their creation.',
  })
  class Order implements OrderInput {
    @Field(() => fields, { description: 'The field to order by.' })
    field!: string;

    @Field(() => Direction, { defaultValue: Direction.ASC, description: 'Ascending unless said otherwise.' })
    direction!: Way;
  }
  return Order;
}

/** The resolver class with `<one>(id)`. */
export function rowQueryResolver<Row extends StoredRow>({ names, entity }: QueryableResource<Row>): new () => object {
  @Resolver(() => entity)
  class GetResolver {
    @Scoped()
    @Query(() => entity, {
      name: names.singular,
      nullable: true,
      description: `One ${names.type} by its id; null when this key sees none with that id.`,
    })
    async one(
      @Arg('id', () => ID, { description: 'Its id.' }) id: string,
      @Ctx() context: RequestContext,
      @Info() info: GraphQLResolveInfo,
    ): Promise<Row | null> {
      const row = await repository(context, entity).get(id, selectColumns(info, names.type, selectedFields(info)));
      if (row === null) context.fieldRecord.denials.push({ code: 'NOT_FOUND', field: names.singular });
      return row;
    }
  }
  return GetResolver;
}

/**
 * Resolver classes with `<many>(first, after, last, before, filter, orderBy, deleted)` and the connection's own fields.
 * @param guard the directive of the list.
 */
export function listQueryResolvers<Row extends StoredRow>(
  { names, entity, filter, order, common = MUTABLE_ROWS }: QueryableResource<Row>,
  guard: MethodDecorator = Scoped(),
): (new () => object)[] {
  const { connection, resolver } = connectionTypes(names.type, entity);
  const filters = filterInput(names.type, filter, common.filter);
  const Order = orderInput(names.type, { ...common.order, ...Object.fromEntries(order.map((one) => [one, one])) });

  @Resolver(() => entity)
  class ListResolver {
    @guard
    @Query(() => connection, { name: names.plural, description: `The list of ${names.type}.` })
    async many(
      @Arg('first', () => Int, {
        nullable: true,
        description: 'Rows of a page forwards, 1 to 100; 20 when nothing is said.',
      })
      first: number | null,
      @Arg('after', () => String, { nullable: true, description: 'Start behind this cursor.' }) after: string | null,
      @Arg('last', () => Int, { nullable: true, description: 'Rows of a page backwards, 1 to 100.' })
      last: number | null,
      @Arg('before', () => String, { nullable: true, description: 'End in front of this cursor.' })
      before: string | null,
      @Arg('filter', () => filters.type, { nullable: true, description: 'Conditions that all must hold.' })
      given: object | null,
      @Arg('orderBy', () => Order, {
        nullable: true,
        description: 'Order of the list; by creation when nothing is said.',
      })
      orderBy: OrderInput | null,
      @Arg('deleted', () => DeletedRows, {
        defaultValue: DeletedRows.EXCLUDE,
        description: 'Live rows, deleted rows, or both.',
      })
      deleted: Deleted | null,
      @Ctx() context: RequestContext,
      @Info() info: GraphQLResolveInfo,
    ): Promise<ConnectionSource<Row>> {
      const page = pageRequest({ first, after, last, before }, info);
      const rows = repository(context, entity);
      const { field, direction } = orderBy ?? { field: rows.table.order, direction: Direction.ASC };
      const found = await rows.list({
        ...page,
        columns: selectColumns(info, names.type, selectedFields(info, ROWS)),
        predicates: filters.predicates(given),
        order: { property: field, direction },
        deleted: deleted ?? 'EXCLUDE',
      });
      return new ConnectionSource(found, page);
    }
  }
  return [ListResolver, resolver];
}
