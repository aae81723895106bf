/** The computed fields of a master key, and creating and revoking master keys. */
import { Arg, Ctx, Field, FieldResolver, ID, InputType, Int, Mutation, Resolver, Root } from 'type-graphql';
import { z } from 'zod';
import { previewKey } from '../../auth/key-format';
import { Requires } from '../../graph/queries/select-columns';
import { MasterOnly } from '../../graph/decorators';
import { refuseExposedSecrets } from '../../graph/exposed-secrets';
import { validate, name } from '../../graph/mutations/row-schema';
import { scopeOf, type RequestContext } from '../../graph/request-context';
import { DateTime } from '../../graph/scalars';
import { ApiKeyStatus } from '../api-key/api-key.entity';
import { statusOf } from '../api-key/key-status';
import { expiry } from '../key-expiry';
import { MasterKey, NewMasterKey } from './master-key.entity';
import { createMasterKey, lastUseOf, revokeMasterKey } from './master-key.service';

@InputType({ description: 'A new master key, which expires: after 90 days unless the input says otherwise.' })
export class CreateMasterKeyInput {
  @Field(() => String, { description: 'Who uses the key, or what it is for, 1 to 255 characters.' })
  name!: string;

  @Field(() => Int, { nullable: true, description: 'Days until it expires, 1 to 365.' })
  expiresInDays?: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When it expires, within the next 365 days.' })
  expiresAt?: string | null;
}

const draft = z.object({ name });

@Resolver(() => MasterKey)
export class MasterKeyResolver {
  @Requires('id')
  @FieldResolver(() => String, { description: 'The recognisable part of the key, without its secret.' })
  preview(@Root() key: MasterKey): string {
    return previewKey({ kind: 'master', keyId: key.id });
  }

  @Requires('expiresAt', 'revokedAt', 'revokedBy')
  @FieldResolver(() => ApiKeyStatus, { description: 'Whether the key is accepted now.' })
  status(@Root() key: MasterKey): ApiKeyStatus {
    return statusOf(key);
  }

  @Requires('id')
  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'When the key was last used; null when it never was.',
  })
  lastUsedAt(@Root() key: MasterKey): Promise<string | null> {
    return lastUseOf(key);
  }

  @MasterOnly()
  @Mutation(() => NewMasterKey, { description: 'Creates an expiring master key. Needs a master key.' })
  createMasterKey(
    @Arg('input', () => CreateMasterKeyInput, { description: 'The values to store.' }) input: CreateMasterKeyInput,
    @Ctx() context: RequestContext,
  ): Promise<NewMasterKey> {
    const { expiresInDays, expiresAt } = input;
    refuseExposedSecrets({ name: input.name }, ['input']);
    const { name } = validate(draft, { name: input.name });
    return createMasterKey(scopeOf(context), name, validate(expiry, { expiresInDays, expiresAt }));
  }

  @MasterOnly()
  @Mutation(() => MasterKey, {
    description:
      'Permanently revokes a master key, effective everywhere within a second; revoking it again changes nothing. CONFLICT for the last one that is accepted. Needs a master key.',
  })
  revokeMasterKey(
    @Arg('id', () => ID, { description: 'Id of the master key.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<MasterKey> {
    return revokeMasterKey(scopeOf(context), id);
  }
}
