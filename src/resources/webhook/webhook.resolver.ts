/** The computed fields of a webhook, and creating, rotating, replaying and testing webhooks. */
import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Resolver, Root } from 'type-graphql';
import { scopeOfRow } from '../../db/scope';
import { badInput } from '../../errors';
import { Action } from '../../graph/directives/definitions';
import { Scoped } from '../../graph/decorators';
import { Requires } from '../../graph/queries/select-columns';
import { scopeOf, type RequestContext } from '../../graph/request-context';
import { DateTime } from '../../graph/scalars';
import { WebhookDelivery } from './webhook-delivery.entity';
import { NewWebhook, Webhook, WebhookState } from './webhook.entity';
import { CreateWebhookInput } from './webhook.inputs';
import { createWebhook, replay, rotateSecret, testWebhook } from './webhook.service';

const MAX_OVERLAP_SECONDS = 7 * 24 * 60 * 60;
const DAY_SECONDS = 24 * 60 * 60;

async function stateOf(webhook: Webhook): Promise<WebhookState | undefined> {
  const { database, loaders } = scopeOfRow(webhook);
  const relation = { kind: 'belongsTo', target: database.table(WebhookState) } as const;
  const columns = ['position', 'failures', 'nextAttemptAt'];
  const [state] = await loaders.load<WebhookState>(relation, columns, webhook.accountId, webhook.id, 1);
  return state;
}

@Resolver(() => Webhook)
export class WebhookResolver {
  @Requires('id')
  @FieldResolver(() => Int, {
    nullable: true,
    description: 'Sequence of the last event that was delivered or filtered out; null before the first.',
  })
  async position(@Root() webhook: Webhook): Promise<number | null> {
    return (await stateOf(webhook))?.position ?? null;
  }

  @Requires('id')
  @FieldResolver(() => Int, { description: 'Number of consecutive failed attempts to deliver the next event.' })
  async failures(@Root() webhook: Webhook): Promise<number> {
    return (await stateOf(webhook))?.failures ?? 0;
  }

  @Requires('id')
  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'When delivery of the next event is retried; null if no attempt has failed.',
  })
  async nextAttemptAt(@Root() webhook: Webhook): Promise<string | null> {
    const state = await stateOf(webhook);
    return state && state.failures > 0 ? state.nextAttemptAt : null;
  }

  @Scoped(Action.ADMIN)
  @Mutation(() => NewWebhook, {
    description:
      'Creates one Webhook in the account; its first event is its own creation. The key must be able to read the whole account, without restrictions to rows or networks.',
  })
  createWebhook(
    @Arg('input', () => CreateWebhookInput, { description: 'The values to store.' }) input: CreateWebhookInput,
    @Ctx() context: RequestContext,
  ): Promise<NewWebhook> {
    return createWebhook(scopeOf(context), input);
  }

  @Scoped(Action.ADMIN)
  @Mutation(() => NewWebhook, {
    description:
      'Gives a webhook a new secret. During the overlap, deliveries have two signatures, one with each secret.',
  })
  rotateWebhookSecret(
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    @Arg('overlapSeconds', () => Int, {
      defaultValue: DAY_SECONDS,
      description:
        'Seconds for which deliveries are also signed with the old secret: 0 to 604,800; default: 86,400 (1 day).',
    })
    overlapSeconds: number,
    @Ctx() context: RequestContext,
  ): Promise<NewWebhook> {
    if (overlapSeconds < 0 || overlapSeconds > MAX_OVERLAP_SECONDS)
      throw badInput(['overlapSeconds'], `overlapSeconds must be 0 to ${MAX_OVERLAP_SECONDS}, not ${overlapSeconds}.`);
    return rotateSecret(scopeOf(context), id, overlapSeconds);
  }

  @Scoped(Action.ADMIN)
  @Mutation(() => Webhook, {
    description:
      'Delivers all events again, starting with one event of the audit log; their ids do not change. Archived events are left out.',
  })
  replayWebhook(
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    @Arg('fromSequence', () => Int, { description: 'Sequence of the first event to deliver again.' })
    fromSequence: number,
    @Ctx() context: RequestContext,
  ): Promise<Webhook> {
    return replay(scopeOf(context), id, fromSequence);
  }

  @Scoped(Action.ADMIN)
  @Mutation(() => WebhookDelivery, {
    description:
      'Sends a test to a webhook, even if it is disabled, and returns the outcome. The test contains no data of the account.',
  })
  testWebhook(
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<WebhookDelivery> {
    return testWebhook(context, id);
  }
}
