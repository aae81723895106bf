/** The computed fields of a key, and creating, renaming, rotating and revoking keys. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Int, Mutation, Resolver, Root } from 'type-graphql';
import { previewKey } from '../../auth/key-format';
import { scopeOfRow } from '../../db/scope';
import { isOwned } from '../../db/statements/table';
import { badInput } from '../../errors';
import { Requires } from '../../graph/queries/select-columns';
import { Action } from '../../graph/directives/definitions';
import { Scoped } from '../../graph/decorators';
import { refuseExposedSecrets } from '../../graph/exposed-secrets';
import { validate } from '../../graph/mutations/row-schema';
import { related, type RelationSpec } from '../../graph/queries/relations';
import { scopeOf, type RequestContext } from '../../graph/request-context';
import { DateTime } from '../../graph/scalars';
import { CustomRole } from '../custom-role/custom-role.entity';
import { expiry } from '../key-expiry';
import { ServiceAccount } from '../service-account/service-account.entity';
import { ApiKey, ApiKeyStatus, NewApiKey, RotatedApiKey } from './api-key.entity';
import { CreateApiKeyInput, keyRowSchema, UpdateApiKeyInput } from './api-key.inputs';
import { createKey, delegateKey, revokeKey, rotateKey, type KeyInput, type KeyRules } from './api-key.service';
import { rightsSchema } from './rights-input';
import { principalOf, statusOf } from './key-status';
import { updateKey } from './update-key';
import { KeyUsageCount, KeyLastUsed } from './key-last-used.entity';
import { MAX_USAGE_ROWS, usageOfKey } from './key-usage-count';
import { expectedVersion } from '../../graph/mutations/expected-version';

const serviceAccountOfKey: RelationSpec<ServiceAccount> = {
  kind: 'belongsTo',
  entity: () => ServiceAccount,
  type: 'ServiceAccount',
};

const roleOfKey: RelationSpec<CustomRole> = { kind: 'belongsTo', entity: () => CustomRole, type: 'CustomRole' };

const MAX_GRACE_SECONDS = 7 * 24 * 60 * 60;

/** The parts of an input, each validated by its own rules. */
function keyInputOf({
  expiresInDays,
  expiresAt,
  role,
  customRoleId,
  resourceTypes,
  networks,
  ownerTeams,
  rowIds,
  notBefore,
  ratePerMinute,
  serviceAccountId,
  ...rest
}: CreateApiKeyInput): KeyInput {
  refuseExposedSecrets(rest, ['input']);
  return {
    ...validate(keyRowSchema, rest),
    rights: validate(rightsSchema, {
      role,
      customRoleId,
      resourceTypes,
      networks,
      ownerTeams,
      rowIds,
      notBefore,
      ratePerMinute,
    }),
    expiresAt: validate(expiry, { expiresInDays, expiresAt }),
    serviceAccountId: serviceAccountId ?? null,
    namesExpiry: typeof expiresInDays === 'number' || typeof expiresAt === 'string',
  };
}

const rulesOf = ({ services }: RequestContext): KeyRules => ({
  owned: services.resources.map(({ entity }) => entity).filter(isOwned),
});

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  @Requires('id')
  @FieldResolver(() => String, { description: 'The recognisable part of the key, without its secret.' })
  preview(@Root() key: ApiKey): string {
    return previewKey({ kind: 'account', keyId: key.id });
  }

  @Requires('expiresAt', 'revokedAt', 'revokedBy')
  @FieldResolver(() => ApiKeyStatus, { description: 'Whether the key is accepted now.' })
  status(@Root() key: ApiKey): ApiKeyStatus {
    return statusOf(key);
  }

  @Requires('customRoleId')
  @FieldResolver(() => CustomRole, {
    nullable: true,
    description: 'The custom role of a key with `role: CUSTOM`; null for the built-in roles and for a deleted role.',
  })
  async customRole(@Root() key: ApiKey, @Info() info: GraphQLResolveInfo): Promise<CustomRole | null> {
    const [role] = key.customRoleId === null ? [] : await related(roleOfKey, key, key.customRoleId, info);
    return role ?? null;
  }

  @Requires('serviceAccountId')
  @FieldResolver(() => ServiceAccount, {
    nullable: true,
    description: 'The service account that holds the key; null for a key without one.',
  })
  async serviceAccount(@Root() key: ApiKey, @Info() info: GraphQLResolveInfo): Promise<ServiceAccount | null> {
    const id = key.serviceAccountId;
    const [holder] = id === null ? [] : await related(serviceAccountOfKey, key, id, info);
    return holder ?? null;
  }

  @Requires('id', 'firstKeyId', 'serviceAccountId')
  @FieldResolver(() => ID, {
    description:
      'Who holds the key: the id of its service account, or of the first key in its series of rotations. Rotation does not change it.',
  })
  principalId(@Root() key: ApiKey): string {
    return principalOf(key);
  }

  @Requires('id')
  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'When the key was last used, to within a minute; null when it never was.',
  })
  async lastUsedAt(@Root() key: ApiKey): Promise<string | null> {
    const { database, loaders } = scopeOfRow(key);
    const relation = { kind: 'belongsTo', target: database.table(KeyLastUsed) } as const;
    const [use] = await loaders.load<KeyLastUsed>(relation, ['lastUsedAt'], key.accountId, key.id, 1);
    return use?.lastUsedAt ?? null;
  }

  @Requires('id')
  @FieldResolver(() => [KeyUsageCount], {
    description: 'What the key was used for, most recent first; at most 100 entries.',
  })
  usage(@Root() key: ApiKey, @Info() info: GraphQLResolveInfo): Promise<KeyUsageCount[]> {
    return related(usageOfKey, key, key.id, info, MAX_USAGE_ROWS);
  }

  @Scoped(Action.ADMIN)
  @Mutation(() => NewApiKey, { description: 'Creates an expiring key of the account.' })
  createApiKey(
    @Arg('input', () => CreateApiKeyInput, { description: 'The values to store.' }) input: CreateApiKeyInput,
    @Ctx() context: RequestContext,
  ): Promise<NewApiKey> {
    return createKey(scopeOf(context), rulesOf(context), keyInputOf(input));
  }

  @Scoped(Action.RUN)
  @Mutation(() => NewApiKey, {
    description:
      'Creates a key with at most the rights, the networks and the lifetime of the key of this request; any account key may do so. If that key loses rights or ends, so does the new key, within a second. Delegation is limited to 5 levels.',
  })
  delegateApiKey(
    @Arg('input', () => CreateApiKeyInput, { description: 'What to store.' }) input: CreateApiKeyInput,
    @Ctx() context: RequestContext,
  ): Promise<NewApiKey> {
    return delegateKey(scopeOf(context), rulesOf(context), keyInputOf(input));
  }

  @Scoped(Action.ADMIN)
  @Mutation(() => ApiKey, { description: 'Changes the name of a key.' })
  renameApiKey(
    @Arg('id', () => ID, { description: 'Id of the key.' }) id: string,
    @Arg('name', () => String, { description: 'What the key is for, 1 to 255 characters.' }) name: string,
    @Arg(...expectedVersion('the key')) expectedVersion: number | null,
    @Ctx() context: RequestContext,
  ): Promise<ApiKey> {
    const rename = { name: validate(keyRowSchema, { name }, []).name };
    return updateKey(scopeOf(context), rulesOf(context), id, rename, expectedVersion);
  }

  @Scoped(Action.ADMIN)
  @Mutation(() => ApiKey, {
    description:
      'Changes the name, the metadata or the rights of a key. New rights take effect everywhere within a second and also limit the keys that it delegated.',
  })
  updateApiKey(
    @Arg('id', () => ID, { description: 'Id of the key.' }) id: string,
    @Arg('input', () => UpdateApiKeyInput, { description: 'The values to change.' }) input: UpdateApiKeyInput,
    @Arg(...expectedVersion('the key')) expectedVersion: number | null,
    @Ctx() context: RequestContext,
  ): Promise<ApiKey> {
    return updateKey(scopeOf(context), rulesOf(context), id, input, expectedVersion);
  }

  @Scoped(Action.ADMIN)
  @Mutation(() => RotatedApiKey, {
    description:
      'Replaces a key with a new one of the same name, kind and lifetime. The old one is accepted until the grace period ends or `revokeApiKey` revokes it.',
  })
  rotateApiKey(
    @Arg('id', () => ID, { description: 'Id of the key.' }) id: string,
    @Arg('graceSeconds', () => Int, {
      defaultValue: 24 * 60 * 60,
      description: 'Seconds for which the old key is still accepted, 0 to 604800 (7 days); default: 86400 (1 day).',
    })
    graceSeconds: number,
    @Ctx() context: RequestContext,
  ): Promise<RotatedApiKey> {
    if (graceSeconds < 0 || graceSeconds > MAX_GRACE_SECONDS)
      throw badInput(['graceSeconds'], `graceSeconds must be 0 to ${MAX_GRACE_SECONDS} (7 days), not ${graceSeconds}.`);
    return rotateKey(scopeOf(context), id, graceSeconds);
  }

  @Scoped(Action.ADMIN)
  @Mutation(() => ApiKey, {
    description:
      'Permanently revokes a key, effective everywhere within a second; revoking it again changes nothing. CONFLICT for the last active PRIMARY key of the account.',
  })
  revokeApiKey(
    @Arg('id', () => ID, { description: 'Id of the key.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<ApiKey> {
    return revokeKey(scopeOf(context), id);
  }
}
