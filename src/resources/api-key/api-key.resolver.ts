/** The fields of keys: what can be told of one, and making and ending them. */
import { Arg, Ctx, Field, FieldResolver, ID, InputType, Int, Mutation, Resolver, Root } from 'type-graphql';
import { z } from 'zod';
import { previewKey } from '../../auth/key';
import { Needs } from '../../graph/columns';
import { Action } from '../../graph/directives/definitions';
import { Scoped } from '../../graph/directives/decorators';
import { checkDraft, name } from '../../graph/draft';
import { pinned, type RequestContext } from '../../graph/request';
import { ApiKey, ApiKeyStatus, NewApiKey } from './api-key.entity';
import { createKey, revokeKey } from './api-key.service';

@InputType({ description: 'A new key.' })
export class CreateApiKeyInput {
  @Field(() => String, { description: 'What the key is for, 1 to 255 characters.' })
  name!: string;

  @Field(() => Int, { nullable: true, description: 'Days until it expires, 1 to 365; 90 when nothing is said.' })
  expiresInDays?: number | null;
}

const keyDraft = z.object({
  name,
  expiresInDays: z
    .number()
    .int()
    .min(1, 'must be 1 to 365')
    .max(365, 'must be 1 to 365')
    .nullish()
    .transform((days) => days ?? 90),
});

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  @Needs('id')
  @FieldResolver(() => String, { description: 'How the key looks, without its secret.' })
  preview(@Root() key: ApiKey): string {
    return previewKey({ kind: 'account', keyId: key.id });
  }

  @Needs('expiresAt', 'revokedAt')
  @FieldResolver(() => ApiKeyStatus, { description: 'Whether the key is accepted now.' })
  status(@Root() key: ApiKey): ApiKeyStatus {
    if (key.revokedAt !== null && Date.parse(key.revokedAt) <= Date.now()) return 'REVOKED';
    return key.expiresAt !== null && Date.parse(key.expiresAt) <= Date.now() ? 'EXPIRED' : 'ACTIVE';
  }

  @Scoped(Action.ADMIN)
  @Mutation(() => NewApiKey, { description: 'Creates a key of the account, which expires.' })
  createApiKey(
    @Arg('input', () => CreateApiKeyInput) input: CreateApiKeyInput,
    @Ctx() context: RequestContext,
  ): Promise<NewApiKey> {
    return createKey(pinned(context), { ...checkDraft(keyDraft, input), kind: 'EXPIRING' });
  }

  @Scoped(Action.ADMIN)
  @Mutation(() => ApiKey, {
    description: 'Ends a key for good. The last active PRIMARY key of an account is kept (CONFLICT).',
  })
  revokeApiKey(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<ApiKey> {
    return revokeKey(pinned(context), id);
  }
}
