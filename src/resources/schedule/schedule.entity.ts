/** A schedule: when the platform's dispatcher starts an agent. */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { Scoped } from '../../graph/decorators';
import { Listed, Reached } from '../../db/statements/table';
import { AccountRow, type JsonRecord } from '../../graph/queries/account-row';
import { DateTime, JsonObject } from '../../graph/scalars';
import { Agent } from '../agent/agent.entity';

export const ScheduleDelivery = { AT_LEAST_ONCE: 'AT_LEAST_ONCE', AT_MOST_ONCE: 'AT_MOST_ONCE' } as const;
export type ScheduleDelivery = keyof typeof ScheduleDelivery;
registerEnumType(ScheduleDelivery, {
  name: 'ScheduleDelivery',
  description: 'What happens to a firing that its dispatcher does not acknowledge in time.',
  valuesConfig: {
    AT_LEAST_ONCE: { description: 'The firing is handed out again: the agent may be started twice.' },
    AT_MOST_ONCE: { description: 'The firing is skipped: the agent may not be started at all.' },
  },
});

@Scoped()
@ObjectType({ description: 'A schedule on which the platform starts an agent.' })
@Reached({ by: 'parent', column: 'agentId', parent: () => Agent })
@Entity('schedule')
@Listed('id', 'agentId', 'metadata')
export class Schedule extends AccountRow {
  @Field(() => ID, { description: 'The agent to start.' })
  @Column('uuid')
  agentId!: string;

  @Field(() => String, {
    description: 'Cron expression of 5 fields: minute, hour, day of month, month, day of week; at most 255 characters.',
  })
  @Column('text')
  cron!: string;

  @Field(() => String, { description: 'IANA time zone in which the expression is evaluated.' })
  @Column('text')
  timezone!: string;

  @Field(() => JsonObject, {
    nullable: true,
    description: 'What the agent is started with; at most 64 KB and 16 levels.',
  })
  @Column('jsonb', { nullable: true })
  input!: JsonRecord | null;

  @Field(() => Boolean, { description: 'Whether the schedule is active.' })
  @Column('boolean')
  enabled!: boolean;

  @Field(() => ScheduleDelivery, {
    description: 'What happens to a firing that its dispatcher does not acknowledge in time.',
  })
  @Column('text', { default: 'AT_LEAST_ONCE' })
  delivery!: ScheduleDelivery;

  @Field(() => Int, {
    description:
      'Minutes for which every missed firing is caught up; 0: no matter how many firings were missed, only one is handed out.',
  })
  @Column('integer', { default: 0 })
  catchUpMinutes!: number;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When it is next due; null while it is not enabled. When clocks change, a time of day that the expression names still occurs once a day: a skipped time when the gap ends, a repeated time only the first time. Expressions with `*` or `/` in minute or hour follow the clock as shown.',
  })
  @Column('timestamptz', { nullable: true })
  nextRunAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was last claimed by a dispatcher.' })
  @Column('timestamptz', { nullable: true })
  lastRunAt!: string | null;
}
