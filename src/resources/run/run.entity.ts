/** A run: one execution of an agent, as the runtime reports it. */
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { Scoped } from '../../graph/decorators';
import { Listed, Reached } from '../../db/statements/table';
import { AccountRow, type JsonRecord } from '../../graph/queries/account-row';
import { DateTime, JsonObject } from '../../graph/scalars';
import { Agent } from '../agent/agent.entity';

export const RunTrigger = { MANUAL: 'MANUAL', SCHEDULE: 'SCHEDULE' } as const;
export type RunTrigger = keyof typeof RunTrigger;
registerEnumType(RunTrigger, { name: 'RunTrigger', description: 'Whether a schedule started the run.' });

export const RunStatus = { STARTED: 'STARTED', SUCCESS: 'SUCCESS', FAILED: 'FAILED', CANCELLED: 'CANCELLED' } as const;
export type RunStatus = keyof typeof RunStatus;
registerEnumType(RunStatus, {
  name: 'RunStatus',
  description: 'A run is STARTED, and ends once: in SUCCESS, FAILED or CANCELLED.',
});

export const RunOutcome = { SUCCESS: 'SUCCESS', FAILED: 'FAILED' } as const;
export type RunOutcome = keyof typeof RunOutcome;
registerEnumType(RunOutcome, { name: 'RunOutcome', description: 'How a run that was not cancelled ended.' });

@Scoped()
@ObjectType({ description: 'One execution of an agent. Runs are never deleted one by one; they expire by retention.' })
@Reached({ by: 'parent', column: 'agentId', parent: () => Agent })
@Entity('run')
@Listed('startedAt', 'agentId', 'scheduleId', 'status', 'metadata')
export class Run extends AccountRow {
  @Field(() => ID, { description: 'The agent that ran.' })
  @Column('uuid')
  agentId!: string;

  @Field(() => ID, { nullable: true, description: 'The schedule that started it; null for a manual run.' })
  @Column('uuid', { nullable: true })
  scheduleId!: string | null;

  @Field(() => RunTrigger, { description: 'What started it.' })
  @Column('text')
  trigger!: RunTrigger;

  @Field(() => RunStatus, { description: 'Its status; never moves back to STARTED.' })
  @Column('text')
  status!: RunStatus;

  @Field(() => JsonObject, { nullable: true, description: 'What it was started with; at most 64 KB and 16 levels.' })
  @Column('jsonb', { nullable: true })
  input!: JsonRecord | null;

  @Field(() => JsonObject, { nullable: true, description: 'Its result; at most 128 KB and 16 levels.' })
  @Column('jsonb', { nullable: true })
  output!: JsonRecord | null;

  @Field(() => String, { nullable: true, description: 'Why it failed, at most 10,000 characters.' })
  @Column('text', { nullable: true })
  error!: string | null;

  @Field(() => DateTime, { description: 'When it was started.' })
  @Column('timestamptz')
  startedAt!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it ended; null while it is running.' })
  @Column('timestamptz', { nullable: true })
  finishedAt!: string | null;

  @Field(() => ID, { nullable: true, description: 'The key of the account that started it; null for an operator.' })
  @Column('uuid', { nullable: true })
  apiKeyId!: string | null;
}
