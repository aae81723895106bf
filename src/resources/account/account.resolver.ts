/** Account management by operators; master keys only. */
import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { z } from 'zod';
import { selectedFields } from '../../graph/queries/selected-fields';
import { Requires, selectColumns } from '../../graph/queries/select-columns';
import { MasterOnly, Scoped } from '../../graph/decorators';
import { refuseExposedSecrets } from '../../graph/exposed-secrets';
import { validate, metadata, name } from '../../graph/mutations/row-schema';
import { scopeOf, repository, type RequestContext } from '../../graph/request-context';
import type { JsonRecord } from '../../graph/queries/account-row';
import { JsonObject } from '../../graph/scalars';
import { badInput } from '../../errors';
import { ApiKey } from '../api-key/api-key.entity';
import { countsOf, ResourceCount } from './account-counts';
import { Account } from './account.entity';
import { changeAccount, changeStatus, createAccount } from './account.service';
import { expectedVersion } from '../../graph/mutations/expected-version';

@InputType({ description: 'A new account.' })
export class CreateAccountInput {
  @Field(() => String, {
    description: 'Unique on the platform and fixed: 1 to 63 lower-case letters, digits and inner hyphens.',
  })
  slug!: string;

  @Field(() => String, { description: 'Display name, 1 to 255 characters.' })
  name!: string;

  @Field(() => JsonObject, { nullable: true, description: 'At most 16 KB and 8 levels.' })
  metadata?: JsonRecord;
}

@InputType({ description: 'Changes of an account; absent fields stay as they are.' })
export class UpdateAccountInput {
  @Field(() => String, { nullable: true, description: 'Display name, 1 to 255 characters.' })
  name?: string;

  @Field(() => JsonObject, { nullable: true, description: 'At most 16 KB and 8 levels.' })
  metadata?: JsonRecord;
}

@Scoped()
@ObjectType({ description: 'A new account with its PRIMARY key, whose secret is shown only once.' })
export class NewAccount {
  @Field(() => Account, { description: 'The account.' })
  account!: Account;

  @Field(() => ApiKey, { description: 'Its PRIMARY key, without its secret.' })
  apiKey!: ApiKey;

  @Field(() => String, {
    description:
      'The complete key, to be sent as X-API-Key or Authorization: Bearer. Store it now: it is not shown again.',
  })
  secret!: string;
}

const slug = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be 1 to 63 lower-case letters, digits and inner hyphens');
const accountRowSchema = z.object({ slug, name, metadata });

@Resolver(() => Account)
export class AccountResolver {
  @Requires('id')
  @FieldResolver(() => [ResourceCount], { description: 'The number of rows of each resource that are not deleted.' })
  counts(@Root() account: Account, @Ctx() context: RequestContext): Promise<ResourceCount[]> {
    return countsOf(account, context.services.resources);
  }

  @MasterOnly()
  @Query(() => Account, {
    nullable: true,
    description: 'One account by its id or its slug; null when there is none. Needs a master key.',
  })
  account(
    @Arg('id', () => ID, { nullable: true, description: 'Its id.' }) id: string | null,
    @Arg('slug', () => String, { nullable: true, description: 'Its slug, instead of its id.' }) wanted: string | null,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Account | null> {
    const columns = selectColumns(info, 'Account', selectedFields(info));
    const accounts = repository(context, Account);
    if (typeof id === 'string' && typeof wanted !== 'string') return accounts.get(id, columns);
    if (typeof wanted === 'string' && typeof id !== 'string') return accounts.find('slug', wanted, columns);
    throw badInput(['id'], 'Give either id or slug.');
  }

  @MasterOnly()
  @Mutation(() => NewAccount, { description: 'Creates an account and its PRIMARY key. Needs a master key.' })
  createAccount(
    @Arg('input', () => CreateAccountInput, { description: 'The values to store.' }) input: CreateAccountInput,
    @Ctx() context: RequestContext,
  ): Promise<NewAccount> {
    refuseExposedSecrets({ ...input }, ['input']);
    return createAccount(scopeOf(context), validate(accountRowSchema, input));
  }

  @MasterOnly()
  @Mutation(() => Account, { description: "Changes an account's name or metadata. Needs a master key." })
  updateAccount(
    @Arg('id', () => ID, { description: 'Id of the account.' }) id: string,
    @Arg('input', () => UpdateAccountInput, { description: 'The values to change.' }) input: UpdateAccountInput,
    @Arg(...expectedVersion('the account')) expectedVersion: number | null,
    @Ctx() context: RequestContext,
  ): Promise<Account> {
    refuseExposedSecrets({ ...input }, ['input']);
    return changeAccount(
      scopeOf(context),
      id,
      (account) => validate(accountRowSchema, { ...account, ...input }),
      input,
      expectedVersion,
    );
  }

  @MasterOnly()
  @Mutation(() => Account, {
    description: 'Refuses all keys of an account at once; suspending it again changes nothing. Needs a master key.',
  })
  suspendAccount(
    @Arg('id', () => ID, { description: 'Id of the account.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<Account> {
    return changeStatus(scopeOf(context), id, 'suspend');
  }

  @MasterOnly()
  @Mutation(() => Account, {
    description:
      'Accepts the keys of a suspended account again, except those that expired or were revoked. Needs a master key.',
  })
  reactivateAccount(
    @Arg('id', () => ID, { description: 'Id of the account.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<Account> {
    return changeStatus(scopeOf(context), id, 'reactivate');
  }

  @MasterOnly()
  @Mutation(() => Account, {
    description:
      'Closes an account: its keys are refused, its rows are kept. `restoreAccount` opens it again. Needs a master key.',
  })
  closeAccount(
    @Arg('id', () => ID, { description: 'Id of the account.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<Account> {
    return changeStatus(scopeOf(context), id, 'close');
  }

  @MasterOnly()
  @Mutation(() => Account, {
    description: 'Reopens a closed account, with its rows and keys as they were. Needs a master key.',
  })
  restoreAccount(
    @Arg('id', () => ID, { description: 'Id of the account.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<Account> {
    return changeStatus(scopeOf(context), id, 'restore');
  }
}
