/** `node(id)`: any row of an account by its id alone, for Relay's refetching. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, ID, Info, Query, Resolver } from 'type-graphql';
import { Scoped } from '../decorators';
import { mayRead, recordRead } from '../policy';
import { repository, type RequestContext } from '../request-context';
import { permissionType, type Resource } from '../resource';
import { Node, TYPENAME } from './account-row';
import { selectColumns } from './select-columns';
import { selectedFields } from './selected-fields';

/**
 * The resolver class with `node(id)`. An id does not reveal its table, so all tables are queried in one round trip.
 * Their number is fixed per key, so foreign, deleted, inaccessible and unknown ids are handled identically.
 */
export function nodeResolver(resources: readonly Resource[]): new () => object {
  @Resolver()
  class NodeResolver {
    @Scoped()
    // Relay requires `node` to have exactly one argument.
    @Extensions({ cost: resources.length, accountArgument: false })
    @Query(() => Node, {
      nullable: true,
      description:
        'One row of any type by its id, of any account for a master key; null if the key can access no row with that id.',
    })
    async node(
      @Arg('id', () => ID, { description: 'Its id.' }) id: string,
      @Ctx() context: RequestContext,
      @Info() info: GraphQLResolveInfo,
    ): Promise<Node | null> {
      const fields = selectedFields(info);
      const rows = await Promise.all(
        resources
          .filter((resource) => mayRead(context, permissionType(resource)))
          .map(async (resource) => {
            const { entity, names } = resource;
            const row = await repository(context, entity).get(id, selectColumns(info, names.type, fields));
            if (row) recordRead(context, 'Query.node', permissionType(resource));
            return row && { [TYPENAME]: names.type, ...row };
          }),
      );
      const row = rows.find((each) => each !== null) ?? null;
      if (row === null) context.fieldRecord.denials.push({ code: 'NOT_FOUND', field: 'node' });
      return row;
    }
  }
  return NodeResolver;
}
