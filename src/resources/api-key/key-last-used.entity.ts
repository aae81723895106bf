/** When a key was last used, and what for: kept apart from the key, which does not change by being used. */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Scoped } from '../../graph/decorators';
import { Action } from '../../graph/directives/definitions';
import { DateTime } from '../../graph/scalars';

registerEnumType(Action, {
  name: 'KeyAction',
  description: 'What a key did to the rows of its account: looked at them, ran agents, changed rows, or managed keys.',
});

/** Its id is the key's. */
@Entity('key_use')
export class KeyLastUsed {
  @PrimaryColumn('uuid')
  id!: string;

  @PrimaryColumn('uuid')
  accountId!: string;

  @Column('timestamptz')
  lastUsedAt!: string;
}

@Scoped()
@ObjectType({ description: 'What a key was used for: one action on one kind of resource.' })
@Entity('key_usage')
export class KeyUsageCount {
  @PrimaryColumn('uuid')
  id!: string;

  @Field(() => ID, { description: 'The account of the key.' })
  @PrimaryColumn('uuid')
  accountId!: string;

  @Column('uuid')
  keyId!: string;

  @Field(() => Action, { description: 'What was done.' })
  @Column('text')
  action!: Action;

  @Field(() => String, { description: 'The type it was done to, for example `Agent`.' })
  @Column('text')
  resource!: string;

  @Field(() => Int, { description: 'How often, since the key exists; counted within a minute.' })
  @Column('bigint')
  count!: number;

  @Field(() => DateTime, { description: 'When for the first time.' })
  @Column('timestamptz')
  firstAt!: string;

  @Field(() => DateTime, { description: 'When for the last time, to within a minute.' })
  @Column('timestamptz')
  lastAt!: string;
}
