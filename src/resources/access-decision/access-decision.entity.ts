/** The decision log: counts of the decisions on a key's operations, per day. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Listed } from '../../db/statements/table';
import { Scoped } from '../../graph/decorators';
import { DateTime } from '../../graph/scalars';

@Scoped()
@ObjectType({
  description:
    'How often one key sent the same operation within one day, and what was decided. It contains names from the schema and of roles, and no other text from requests.',
})
@Entity('access_decision')
@Listed('day')
export class AccessDecision {
  @Field(() => ID, { description: 'UUID of this count.' })
  @PrimaryColumn('uuid')
  id!: string;

  @Field(() => ID, { description: 'The account of the key.' })
  @PrimaryColumn('uuid')
  accountId!: string;

  @Field(() => DateTime, { description: 'Start of the day, in UTC.' })
  @Column('timestamptz')
  day!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The key; null for operations beyond the size limit of the log, which are only counted.',
  })
  @Column('uuid', { nullable: true })
  keyId!: string | null;

  @Field(() => String, {
    description:
      'The root fields, for example `Query.agents, Query.tools`; `(many)` if there were too many to list, `(not recorded)` for operations that are only counted.',
  })
  @Column('text')
  operation!: string;

  @Field(() => [String], {
    description: 'The permissions that they require, including nested fields; `master` for a field of master keys.',
  })
  @Column('jsonb')
  permissions!: string[];

  @Field(() => [String], {
    nullable: true,
    description: 'The permissions that the key lacked, so that the operation was refused; null if it was not refused.',
  })
  @Column('jsonb', { nullable: true })
  missing!: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Name of the shadow role of the key or of a key above it; null without one.',
  })
  @Column('text', { nullable: true })
  shadowRole!: string | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'The permissions that the key would have lacked with the shadow role; null if it would have been allowed.',
  })
  @Column('jsonb', { nullable: true })
  shadowMissing!: string[] | null;

  @Field(() => Int, { description: 'How often on that day.' })
  @Column('bigint')
  count!: number;

  @Field(() => DateTime, { description: 'The last time.' })
  @Column('timestamptz')
  lastAt!: string;
}
