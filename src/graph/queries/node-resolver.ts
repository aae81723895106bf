/** `node(id)`: any row of an account by its id alone, as Relay refetches it. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, ID, Info, Query, Resolver } from 'type-graphql';
import { Scoped } from '../decorators';
import { mayRead } from '../policy';
import { repository, type RequestContext } from '../request-context';
import { permissionType, type Resource } from '../resource';
import { Node, TYPENAME } from './account-row';
import { selectColumns } from './select-columns';
import { selectedFields } from './selected-fields';

/**
 * The resolver class with `node(id)`. An id does not tell its table, so every table is asked, in one round trip: their
 * number is fixed for a key, and an id of another account, of a deleted row, of a row that the key may not read and of
 * none at all are looked for in the same way.
 */
export function nodeResolver(resources: readonly Resource[]): new () => object {
  @Resolver()
  class NodeResolver {
    @Scoped()
    // Relay takes a field `node` that has one argument and no other.
    @Extensions({ cost: resources.length, accountArgument: false })
    @Query(() => Node, {
      nullable: true,
      description:
        'One row of any type by its id, of all accounts for a master key; null when this key sees none with that id.',
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
          .map(async ({ entity, names }) => {
            const row = await repository(context, entity).get(id, selectColumns(info, names.type, fields));
            return row && { ...row, [TYPENAME]: names.type };
          }),
      );
      const row = rows.find((each) => each !== null) ?? null;
      if (row === null) context.fieldRecord.denials.push({ code: 'NOT_FOUND', field: 'node' });
      return row;
    }
  }
  return NodeResolver;
}
