/** The inputs of a schedule, and their validation rules. */
import { Field, ID, InputType, Int } from 'type-graphql';
import { z } from 'zod';
import { jsonObject, metadata, text } from '../../graph/mutations/row-schema';
import type { ComputedInput } from '../../graph/resource';
import type { JsonRecord } from '../../graph/queries/account-row';
import { JsonObject } from '../../graph/scalars';
import { ScheduleDelivery } from './schedule.entity';
import { cronProblem, nextTime, timezoneProblem } from './timing';

@InputType({ description: 'Changes of a schedule; absent fields stay as they are.' })
export class UpdateScheduleInput {
  @Field(() => ID, { nullable: true, description: 'An agent of the same account.' })
  agentId?: string;

  @Field(() => String, {
    nullable: true,
    description: 'Cron expression of 5 fields, for example `0 9 * * 1-5`; at most 255 characters.',
  })
  cron?: string;

  @Field(() => String, {
    nullable: true,
    description: 'IANA time zone, for example `Europe/Berlin`; default: UTC. At most 255 characters.',
  })
  timezone?: string;

  @Field(() => JsonObject, { nullable: true, description: 'At most 64 KB and 16 levels.' })
  input?: JsonRecord | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the schedule is active; default: true.' })
  enabled?: boolean;

  @Field(() => ScheduleDelivery, {
    nullable: true,
    description: 'What happens to a firing that its dispatcher does not acknowledge; default: AT_LEAST_ONCE.',
  })
  delivery?: ScheduleDelivery;

  @Field(() => Int, {
    nullable: true,
    description: 'Minutes for which missed firings are caught up, at most 10,080 (7 days); default: 0, none.',
  })
  catchUpMinutes?: number;

  @Field(() => JsonObject, { nullable: true, description: 'At most 16 KB and 8 levels.' })
  metadata?: JsonRecord;
}

@InputType({ description: 'A new schedule.' })
export class CreateScheduleInput extends UpdateScheduleInput {
  @Field(() => ID, { description: 'An agent of the same account.' })
  override agentId!: string;

  @Field(() => String, {
    description: 'Cron expression of 5 fields, for example `0 9 * * 1-5`; at most 255 characters.',
  })
  override cron!: string;
}

const rule = (fault: (value: string) => string | null) =>
  text(255).superRefine((value, context) => {
    const message = fault(value);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });

const MAX_CATCH_UP_MINUTES = 10_080;
const MINUTES = `must be a whole number from 0 to ${MAX_CATCH_UP_MINUTES}`;

export const scheduleRowSchema = z.object({
  agentId: z.string(),
  cron: rule(cronProblem),
  timezone: rule(timezoneProblem).default('UTC'),
  input: jsonObject(64 * 1024, 16).nullish(),
  enabled: z.boolean({ error: 'must be true or false' }).default(true),
  delivery: z
    .enum(ScheduleDelivery, { error: 'must be AT_LEAST_ONCE or AT_MOST_ONCE' })
    .default(ScheduleDelivery.AT_LEAST_ONCE),
  catchUpMinutes: z
    .int({ error: MINUTES })
    .min(0, { error: MINUTES })
    .max(MAX_CATCH_UP_MINUTES, { error: MINUTES })
    .default(0),
  metadata,
});

const TIMING = ['cron', 'timezone', 'enabled'];

/** `nextRunAt` is derived from the timing, and moves only when the timing changes. */
export function computeNextRun(
  draft: Readonly<Record<string, unknown>>,
  { row, input: given }: ComputedInput,
): { readonly nextRunAt?: string | null } {
  if (row !== null && !TIMING.some((property) => property in given)) return {};
  const { cron, timezone, enabled } = draft;
  return { nextRunAt: enabled === true ? nextTime(String(cron), String(timezone), new Date()) : null };
}
