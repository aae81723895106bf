/** Who the caller is. */
import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, Field, FieldResolver, ID, Info, ObjectType, Query, registerEnumType, Resolver, Root } from 'type-graphql';
import { previewKey } from '../../auth/key-format';
import { selectedFields } from '../../graph/queries/selected-fields';
import { selectColumns } from '../../graph/queries/select-columns';
import { Authenticated, Scoped } from '../../graph/decorators';
import { withParentScope, repository, requireCaller, type RequestContext } from '../../graph/request-context';
import { Account } from '../account/account.entity';
import { warningsOf } from './warnings';

export const CallerKind = { ACCOUNT: 'ACCOUNT', MASTER: 'MASTER' } as const;
registerEnumType(CallerKind, {
  name: 'CallerKind',
  description:
    'ACCOUNT keys see and manage one account; MASTER keys work across all accounts, and their use is audited.',
});

@Scoped()
@ObjectType({ description: 'The key of this request.' })
export class ViewerKey {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => String, { description: 'The recognisable part of the key, without its secret.' })
  preview!: string;
}

@Scoped()
@ObjectType({ description: 'The caller, and what its key can read.' })
export class Viewer {
  @Field(() => CallerKind, { description: 'The kind of key.' })
  kind!: keyof typeof CallerKind;

  @Field(() => ViewerKey, { description: 'The key.' })
  key!: ViewerKey;

  @Field(() => String, {
    description:
      'Role of the key: VIEWER, RUNNER, CREATOR or ADMINISTRATOR; the name of a custom role, or `none` when that role is deleted; MASTER for a master key.',
  })
  role!: string;

  @Field(() => [String], {
    description:
      'What the key may do, for example `agents:read`: a resource type with an action (read, run, write, admin). Excludes what restrictions of the key and of its parents forbid.',
  })
  permissions!: string[];
}

@Resolver(() => Viewer)
export class ViewerResolver {
  @Authenticated()
  @Query(() => Viewer, { description: 'Who the key of this request belongs to, and what it can see.' })
  viewer(@Ctx() context: RequestContext): Viewer {
    const { kind, keyId, keyName, isMaster, access } = requireCaller(context);
    return {
      kind: isMaster ? 'MASTER' : 'ACCOUNT',
      key: { id: keyId, name: keyName, preview: previewKey({ kind, keyId }) },
      role: access.role,
      permissions: context.services.permissionTable.names(access.grants),
    };
  }

  @FieldResolver(() => [String], { description: 'Warnings about this key, human-readable.' })
  warnings(@Root() viewer: Viewer, @Ctx() context: RequestContext): Promise<string[]> {
    return warningsOf(withParentScope(context, viewer));
  }

  @FieldResolver(() => Account, {
    nullable: true,
    description: 'The account of an account key; null for a master key.',
  })
  account(
    @Root() viewer: Viewer,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Account | null> | null {
    const { account } = requireCaller(context);
    if (!account) return null;
    return repository(withParentScope(context, viewer), Account).get(
      account.id,
      selectColumns(info, 'Account', selectedFields(info)),
    );
  }
}
