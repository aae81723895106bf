/** For operators: whose row is this, and which keys can see it? */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { isUuid } from '../../auth/caller';
import { whoseRow } from '../../db/statements/across-tables';
import { selectedFields } from '../../graph/queries/selected-fields';
import { selectColumns } from '../../graph/queries/select-columns';
import { MasterOnly } from '../../graph/decorators';
import { repository, resolveScope, scopeOf, withParentScope, type RequestContext } from '../../graph/request-context';
import { DateTime } from '../../graph/scalars';
import { Account } from '../account/account.entity';
import { ApiKey } from '../api-key/api-key.entity';
import { statusOf } from '../api-key/key-status';
import { keysThatSee } from './keys-that-see';

const MAX_KEYS = 100;

@MasterOnly()
@ObjectType({ description: 'Which row an id names, and which keys can see it.' })
export class AccessExplanation {
  @Field(() => ID, { description: 'The given id.' })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The type of the row, for example `Agent`; null when there is none with this id.',
  })
  resourceType!: string | null;

  @Field(() => ID, { nullable: true, description: 'The account that the row belongs to.' })
  accountId!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the row was deleted; null if it is not.' })
  deletedAt!: string | null;
}

function inWords({ resourceType, deletedAt }: AccessExplanation, account: Account | null): string {
  if (resourceType === null || !account)
    return 'No account has, or had, a row with this id. It may be mistyped, purged, or of another environment.';
  const { slug, status } = account;
  const others = 'For the key of any other account, the answer is the same as for an id that never existed.';
  const row = `This is ${deletedAt === null ? 'a live' : 'a deleted'} ${resourceType} of the account ${slug}.`;
  if (status !== 'ACTIVE') return `${row} The account is ${status.toLowerCase()}, so none of its keys works. ${others}`;
  const seen =
    deletedAt === null
      ? `The keys of ${slug} that can see it, by their role and restrictions, are listed in keys.`
      : `Only the keys of ${slug} that are listed in keys can see it, in lists that include deleted rows.`;
  return `${row} ${seen} ${others}`;
}

@Resolver(() => AccessExplanation)
export class ExplainResolver {
  @MasterOnly()
  @Query(() => AccessExplanation, {
    description:
      'Which account a row belongs to, deleted or not, and which keys can see it; searches all accounts. Needs a master key.',
  })
  async explainAccess(
    @Arg('id', () => ID, { description: 'Id of any row, or of an account.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<AccessExplanation> {
    const scope = scopeOf(context);
    const tables = context.services.resources.map(({ entity, names: { type } }) => ({
      table: scope.database.table(entity),
      type,
    }));
    const [found] = isUuid(id) ? await scope.read(whoseRow(tables, id)) : [];
    if (!found) return { id, resourceType: null, accountId: null, deletedAt: null };
    const [resourceType, accountId, deletedAt] = found;
    return {
      id,
      resourceType: String(resourceType),
      accountId: String(accountId),
      deletedAt: typeof deletedAt === 'string' ? deletedAt : null,
    };
  }

  @FieldResolver(() => Account, { nullable: true, description: 'The account that the row belongs to.' })
  async account(
    @Root() found: AccessExplanation,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Account | null> {
    if (found.accountId === null) return null;
    return repository(withParentScope(context, found), Account).get(
      found.accountId,
      selectColumns(info, 'Account', selectedFields(info)),
    );
  }

  @FieldResolver(() => [ApiKey], {
    description:
      'The active keys whose role and restrictions allow them to see the row, or would if it were not deleted; at most 100.',
  })
  async keys(
    @Root() found: AccessExplanation,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ApiKey[]> {
    const { id, accountId, resourceType } = found;
    if (accountId === null) return [];
    const resource = context.services.resources.find(({ names }) => names.type === resourceType);
    // Every key sees its own account.
    const seeing = resource
      ? await keysThatSee(
          resolveScope(context, accountId, 'Query.explainAccess'),
          context.services.permissionTable,
          resource,
          id.toLowerCase(),
        )
      : null;
    const columns = selectColumns(info, 'ApiKey', selectedFields(info));
    const { rows } = await repository(withParentScope(context, found), ApiKey).list({
      columns: [...columns, 'revokedAt', 'revokedBy', 'expiresAt'],
      predicates: [
        { property: 'accountId', operator: 'equals', value: accountId },
        ...(seeing ? [{ property: 'id', operator: 'in', value: seeing } as const] : []),
      ],
      order: { property: 'id', direction: 'ASC' },
      deleted: 'EXCLUDE',
      size: MAX_KEYS,
      backwards: false,
      cursor: null,
    });
    return rows.filter((key) => statusOf(key) === 'ACTIVE');
  }

  @FieldResolver(() => String, { description: 'What the other fields say, as text for people.' })
  async explanation(@Root() found: AccessExplanation, @Ctx() context: RequestContext): Promise<string> {
    const accounts = repository(withParentScope(context, found), Account);
    const account = found.accountId === null ? null : await accounts.get(found.accountId, ['slug', 'status']);
    return inWords(found, account);
  }
}
