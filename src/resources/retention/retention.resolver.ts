/** An account's retention settings, what has expired, and changing them. */
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  registerEnumType,
} from 'type-graphql';
import { expiredRows } from '../../db/statements/retention';
import { badInput, notFound } from '../../errors';
import { OneAccount, Scoped } from '../../graph/decorators';
import { Action } from '../../graph/directives/definitions';
import type { JsonRecord } from '../../graph/queries/account-row';
import {
  repository,
  scopeOf,
  withParentScope,
  type RequestContext,
  type RetentionSettings,
} from '../../graph/request-context';
import { DateTime } from '../../graph/scalars';
import { Account } from '../account/account.entity';
import { MAX_RETENTION_DAYS, retentionKinds } from './kinds';

/** Expired rows are counted up to this number. */
const MAX_COUNTED = 10_000;

const kindNames = Object.fromEntries(retentionKinds.map(({ name }) => [name, name]));
registerEnumType(kindNames, {
  name: 'RetentionKind',
  description: 'What expires.',
  valuesConfig: Object.fromEntries(retentionKinds.map(({ name, description }) => [name, { description }])),
});

@ObjectType({ description: 'Rows that the next passes of the housekeeper remove, in batches.' })
export class ExpiredRows {
  @Field(() => Int, { description: 'How many rows have expired; counted up to 10,000.' })
  count!: number;

  @Field(() => Boolean, { description: 'False when there are more than `count`.' })
  countIsExact!: boolean;

  @Field(() => DateTime, { nullable: true, description: 'The time of the oldest one; null if there are none.' })
  oldest!: string | null;
}

@Scoped()
@ObjectType({ description: 'How long an account keeps one kind of data.' })
export class RetentionRule {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @Field(() => kindNames, { description: 'What is kept.' })
  kind!: string;

  @Field(() => Int, { nullable: true, description: 'Number of days; null: forever.' })
  days!: number | null;

  @Field(() => Boolean, {
    description: 'True if the account has no setting, so that the default of the gateway applies.',
  })
  isDefault!: boolean;

  @Field(() => Int, {
    nullable: true,
    description: 'The minimum number of days that an account can set; null if it cannot set any.',
  })
  minDays!: number | null;
}

@InputType({ description: 'How long to keep one kind of data.' })
export class RetentionRuleInput {
  @Field(() => kindNames, { description: 'What is kept.' })
  kind!: string;

  @Field(() => Int, {
    nullable: true,
    description: `Number of days, from the \`minDays\` of the kind to ${MAX_RETENTION_DAYS}; 0: forever; null: the default of the gateway.`,
  })
  days?: number | null;
}

function rulesOf({ id, retention }: Pick<Account, 'id' | 'retention'>, settings: RetentionSettings): RetentionRule[] {
  return retentionKinds.map(({ name: kind, minDays, defaultDays }) => {
    const chosen = minDays === null ? undefined : retention[kind];
    const days = typeof chosen === 'number' ? chosen : defaultDays(settings);
    return { accountId: id, kind, days: days === 0 ? null : days, isDefault: typeof chosen !== 'number', minDays };
  });
}

/** @throws GatewayError BAD_USER_INPUT naming the first invalid rule. */
function changed(retention: JsonRecord, rules: readonly RetentionRuleInput[]): JsonRecord {
  const changes = new Map<string, unknown>(Object.entries(retention));
  for (const [index, { kind, days = null }] of rules.entries()) {
    const { minDays = null } = retentionKinds.find(({ name }) => name === kind) ?? {};
    const path = ['rules', String(index), 'days'];
    if (minDays === null) throw badInput(path, `${kind} is kept for the same time in every account.`);
    if (days !== null && days !== 0 && (days < minDays || days > MAX_RETENTION_DAYS))
      throw badInput(
        path,
        `${kind} is kept for ${minDays} to ${MAX_RETENTION_DAYS} days, or 0 for forever; not ${days}.`,
      );
    if (days === null) changes.delete(kind);
    else changes.set(kind, days);
  }
  return Object.fromEntries(changes);
}

@Resolver(() => RetentionRule)
export class RetentionResolver {
  @Scoped()
  @OneAccount()
  @Query(() => [RetentionRule], {
    description:
      'How long an account keeps runs, deleted rows and logs, one rule per kind. A master key needs accountId.',
  })
  async retention(@Ctx() context: RequestContext): Promise<RetentionRule[]> {
    const account = await repository(context, Account).get(scopeOf(context).requireAccount(), ['retention']);
    if (!account) throw notFound();
    return rulesOf(account, context.services.retention);
  }

  @FieldResolver(() => ExpiredRows, {
    description: 'The rows that have expired by this rule, which the housekeeper would remove if it ran now.',
  })
  async expired(@Root() rule: RetentionRule, @Ctx() context: RequestContext): Promise<ExpiredRows> {
    const { days, accountId, kind } = rule;
    if (days === null) return { count: 0, countIsExact: true, oldest: null };
    const scoped = withParentScope(context, rule);
    const { database, resources } = context.services;
    const parts = retentionKinds.find(({ name }) => name === kind)?.parts(database, resources) ?? [];
    const answers = await Promise.all(
      parts.map(({ rows }) => scopeOf(scoped).read(expiredRows(rows, accountId, days, MAX_COUNTED + 1))),
    );
    const expired = answers.flat().map(([count, oldest]) => ({ count: Number(count), oldest }));
    const count = expired.reduce((sum, part) => sum + part.count, 0);
    const times = expired.flatMap(({ oldest }) => (typeof oldest === 'string' ? [oldest] : [])).sort();
    return { count: Math.min(count, MAX_COUNTED), countIsExact: count <= MAX_COUNTED, oldest: times[0] ?? null };
  }

  @Scoped(Action.ADMIN)
  @Mutation(() => [RetentionRule], {
    description:
      'Changes how long an account keeps each kind of data; kinds that are not given stay as they are. The next pass of the housekeeper permanently removes data that has then expired: query `retention { kind expired { count } }` first.',
  })
  updateRetention(
    @Arg('rules', () => [RetentionRuleInput], { description: 'The rules to change.' }) rules: RetentionRuleInput[],
    @Ctx() context: RequestContext,
  ): Promise<RetentionRule[]> {
    const scope = scopeOf(context);
    const accountId = scope.requireAccount();
    return scope.write(async (transaction) => {
      const account = await transaction.lockRow(Account, accountId);
      const retention = changed(account.retention, rules);
      return rulesOf(await transaction.update(Account, account, { retention }, true), context.services.retention);
    });
  }
}
