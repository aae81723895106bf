/** Accounts as operators manage them; all of it is for master keys. */
import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  InputType,
  Int,
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
@ObjectType({ description: 'A new account with its PRIMARY key, whose secret is shown this once.' })
export class NewAccount {
  @Field(() => Account, { description: 'The account.' })
  account!: Account;

  @Field(() => ApiKey, { description: 'Its PRIMARY key as it is listed from now on.' })
  apiKey!: ApiKey;

  @Field(() => String, {
    description: 'The whole key, to be sent as X-API-Key or Authorization: Bearer. Store it now.',
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
  @FieldResolver(() => [ResourceCount], { description: 'How many live rows the account has of each resource.' })
  counts(@Root() account: Account, @Ctx() context: RequestContext): Promise<ResourceCount[]> {
    return countsOf(account, context.services.resources);
  }

  @MasterOnly()
  @Query(() => Account, { nullable: true, description: 'One account, by its id or its slug; null when there is none.' })
  account(
    @Arg('id', () => ID, { nullable: true, description: 'Its id.' }) id: string | null,
    @Arg('slug', () => String, { nullable: true, description: 'Its slug, in place of its id.' }) wanted: string | null,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Account | null> {
    const columns = selectColumns(info, 'Account', selectedFields(info));
    const accounts = repository(context, Account);
    if (typeof id === 'string' && typeof wanted !== 'string') return accounts.get(id, columns);
    if (typeof wanted === 'string' && typeof id !== 'string') return accounts.find('slug', wanted, columns);
    throw badInput(['id'], 'Name the account by id or by slug, one of them.');
  }

  @MasterOnly()
  @Mutation(() => NewAccount, { description: 'Creates an account and its PRIMARY key.' })
  createAccount(
    @Arg('input', () => CreateAccountInput, { description: 'What to store.' }) input: CreateAccountInput,
    @Ctx() context: RequestContext,
  ): Promise<NewAccount> {
    refuseExposedSecrets({ ...input }, ['input']);
    return createAccount(scopeOf(context), validate(accountRowSchema, input));
  }

  @MasterOnly()
  @Mutation(() => Account, { description: "Changes an account's name or metadata." })
  updateAccount(
    @Arg('id', () => ID, { description: 'Id of the account.' }) id: string,
    @Arg('input', () => UpdateAccountInput, { description: 'What to change.' }) input: UpdateAccountInput,
    @Arg('expectedVersion', () => Int, {
      nullable: true,
      description: 'Refuse with VERSION_CONFLICT unless the account is at this version.',
    })
    expectedVersion: number | null,
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
    description: 'Refuses all keys of an account at once; suspending it again changes nothing.',
  })
  suspendAccount(
    @Arg('id', () => ID, { description: 'Id of the account.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<Account> {
    return changeStatus(scopeOf(context), id, 'suspend');
  }

  @MasterOnly()
  @Mutation(() => Account, {
    description: 'Brings the keys of a suspended account back; those that ended meanwhile stay ended.',
  })
  reactivateAccount(
    @Arg('id', () => ID, { description: 'Id of the account.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<Account> {
    return changeStatus(scopeOf(context), id, 'reactivate');
  }

  @MasterOnly()
  @Mutation(() => Account, {
    description: 'Ends an account: its keys are refused, its rows stay. An operator can restore it.',
  })
  closeAccount(
    @Arg('id', () => ID, { description: 'Id of the account.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<Account> {
    return changeStatus(scopeOf(context), id, 'close');
  }

  @MasterOnly()
  @Mutation(() => Account, { description: 'Opens a closed account again, with its rows and its keys as they were.' })
  restoreAccount(
    @Arg('id', () => ID, { description: 'Id of the account.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<Account> {
    return changeStatus(scopeOf(context), id, 'restore');
  }
}
