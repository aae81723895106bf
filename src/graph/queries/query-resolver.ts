/** The two query fields of every resource: one row by id, and the list as a connection. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, InputType, Query, registerEnumType, Resolver } from 'type-graphql';
import type { StoredRow } from '../../db/statements/row';
import type { Deleted, Direction as OrderDirection } from '../../db/statements/select';
import { selectedFields } from './selected-fields';
import { selectColumns } from './select-columns';
import { connectionTypes, DeletedRows, Direction, type ConnectionSource } from './connection';
import { AFTER, BEFORE, FIRST, LAST, listPage } from './list';
import { MasterOnly, Scoped } from '../decorators';
import { COMMON_FILTERS, filterInput } from './filter';
import { repository, type RequestContext } from '../request-context';
import type { CommonListFields, QueryableResource } from '../resource';

interface OrderInput {
  readonly field: string;
  readonly direction: OrderDirection;
}

export const MUTABLE_ROWS: CommonListFields = {
  filter: COMMON_FILTERS,
  order: { createdAt: 'createdAt', updatedAt: 'updatedAt' },
};

/** The key a list requires, for its description. */
const KEYS = {
  scoped: 'An account key lists its own account; a master key lists all accounts, or the one that `accountId` names.',
  masterOnly: 'Needs a master key.',
};

function orderInput(type: string, fields: Readonly<Record<string, string>>): new () => OrderInput {
  registerEnumType(fields, {
    name: `${type}OrderField`,
    description: `Fields that rows of type ${type} can be ordered by.`,
  });

  @InputType(`${type}Order`, {
    description: 'Order of a list; rows with equal values are ordered by id.',
  })
  class Order implements OrderInput {
    @Field(() => fields, { description: 'The field to order by.' })
    field!: string;

    @Field(() => Direction, { defaultValue: Direction.ASC, description: 'Direction; default: ascending.' })
    direction!: OrderDirection;
  }
  return Order;
}

/** The resolver class with the query `<singular>(id)`. */
export function rowQueryResolver<Row extends StoredRow>({ names, entity }: QueryableResource<Row>): new () => object {
  @Resolver(() => entity)
  class GetResolver {
    @Scoped()
    @Query(() => entity, {
      name: names.singular,
      nullable: true,
      description: `One row of type ${names.type} by its id; null when there is none that this key can see.`,
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
 * Resolver classes with the query `<plural>(first, after, last, before, filter, orderBy, deleted)` and its connection's
 * fields.
 * @param access the list's directive.
 */
export function listQueryResolvers<Row extends StoredRow>(
  { names, entity, filter, order, common = MUTABLE_ROWS }: QueryableResource<Row>,
  access: keyof typeof KEYS = 'scoped',
): (new () => object)[] {
  const { connection, resolver } = connectionTypes(names.type, entity);
  const filters = filterInput(names.type, filter, common.filter);
  const Order = orderInput(names.type, {
    ...common.order,
    ...Object.fromEntries(order.map((property) => [property, property])),
  });

  @Resolver(() => entity)
  class ListResolver {
    @(access === 'masterOnly' ? MasterOnly() : Scoped())
    @Query(() => connection, {
      name: names.plural,
      description: `Rows of type ${names.type}, in the order of their creation unless \`orderBy\` says otherwise. ${KEYS[access]}`,
    })
    many(
      @Arg(...FIRST) first: number | null,
      @Arg(...AFTER) after: string | null,
      @Arg(...LAST) last: number | null,
      @Arg(...BEFORE) before: string | null,
      @Arg(...filters.argument) filter: object | null,
      @Arg('orderBy', () => Order, {
        nullable: true,
        description: 'Order of the list; default: the order of creation.',
      })
      orderBy: OrderInput | null,
      @Arg('deleted', () => DeletedRows, {
        defaultValue: DeletedRows.EXCLUDE,
        description: 'Whether to return rows that are not deleted, deleted rows, or both.',
      })
      deleted: Deleted | null,
      @Ctx() context: RequestContext,
      @Info() info: GraphQLResolveInfo,
    ): Promise<ConnectionSource<Row>> {
      return listPage(context, info, {
        entity,
        type: names.type,
        page: { first, after, last, before },
        predicates: filters.predicates(filter),
        order: orderBy && { property: orderBy.field, direction: orderBy.direction },
        deleted,
      });
    }
  }
  return [ListResolver, resolver];
}
