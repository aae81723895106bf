/** The start or end of a run, numbered within its account for followers. */
import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Reached } from '../../db/statements/table';
import { Scoped } from '../../graph/decorators';
import { DateTime } from '../../graph/scalars';
import { Agent } from '../agent/agent.entity';
import { RunStatus } from './run.entity';

@Scoped()
@ObjectType({ description: 'The start or the end of a run, as a stream sends it.' })
@Reached({ by: 'parent', column: 'agentId', parent: () => Agent })
@Entity('run_transition')
export class RunTransition {
  /** Its number within the account; the API's `sequence` is derived from it. */
  @PrimaryColumn('bigint', { name: 'sequence' })
  id!: string;

  @Field(() => ID, { description: 'The account of the run.' })
  @PrimaryColumn('uuid')
  accountId!: string;

  @Field(() => ID, { description: 'The run.' })
  @Column('uuid')
  runId!: string;

  @Field(() => ID, { description: 'The agent that ran.' })
  @Column('uuid')
  agentId!: string;

  @Field(() => ID, { nullable: true, description: 'The schedule that started the run; null for a manual one.' })
  @Column('uuid', { nullable: true })
  scheduleId!: string | null;

  @Field(() => RunStatus, { description: 'The status of the run after this transition.' })
  @Column('text')
  status!: RunStatus;

  @Field(() => DateTime, { description: 'When it happened.' })
  @Column('timestamptz')
  at!: string;
}
