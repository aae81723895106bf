/** Rows without an owner yet: those without `metadata.owner`. */
import { Arg, Ctx, Field, ID, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { unownedRows } from '../../db/statements/across-tables';
import { badInput } from '../../errors';
import { Scoped } from '../../graph/decorators';
import { scopeOf, type RequestContext } from '../../graph/request-context';
import { DateTime } from '../../graph/scalars';

const MAX_ROWS = 100;
const NIL = '00000000-0000-0000-0000-000000000000';
/** Sorts before every row: its account, id and type. */
const START = [NIL, NIL, ''];

@Scoped()
@ObjectType({ description: 'A row without `metadata.owner` that is not deleted.' })
export class UnownedResource {
  @Field(() => String, { description: 'Position of this row in this list; opaque.' })
  cursor!: string;

  @Field(() => ID, { description: 'Id of the row.' })
  id!: string;

  @Field(() => ID, { description: 'The account that the row belongs to.' })
  accountId!: string;

  @Field(() => String, { description: 'The type of the row, for example `Agent`.' })
  resourceType!: string;

  @Field(() => String, { description: 'Name of the row.' })
  name!: string;

  @Field(() => DateTime, { description: 'When the row was created.' })
  createdAt!: string;
}

@Resolver()
export class UnownedResourcesResolver {
  @Scoped()
  @Query(() => [UnownedResource], {
    description:
      'Rows without `metadata.owner = { team, email }` that are not deleted, in order of creation; across accounts, ordered by account.',
  })
  async unownedResources(
    @Arg('first', () => Int, { defaultValue: MAX_ROWS, description: 'Maximum number of rows, 1 to 100.' })
    first: number,
    @Arg('after', () => String, { nullable: true, description: 'Rows after the one with this `cursor`.' })
    after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<UnownedResource[]> {
    if (first < 1 || first > MAX_ROWS) throw badInput(['first'], `first must be 1 to ${MAX_ROWS}, not ${first}.`);
    const scope = scopeOf(context);
    const { cursors, resources } = context.services;
    const list = `unownedResources by account ${scope.accountId ?? 'all'}`;
    const position = typeof after === 'string' ? cursors.decrypt(list, after) : START;
    const tables = resources.map(({ entity, names: { type } }) => ({ table: scope.database.table(entity), type }));
    const rows = await scope.read(unownedRows(tables, scope.accountId, position, first));
    return rows.map(([accountId, id, resourceType, name, createdAt]) => ({
      cursor: cursors.encrypt(list, [accountId, id, resourceType]),
      id: String(id),
      accountId: String(accountId),
      resourceType: String(resourceType),
      name: String(name),
      createdAt: String(createdAt),
    }));
  }
}
