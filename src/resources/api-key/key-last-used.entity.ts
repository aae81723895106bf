/** When a key was last used, and what for: stored apart from the key, which use does not change. */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Scoped } from '../../graph/decorators';
import { Action } from '../../graph/directives/definitions';
import { DateTime } from '../../graph/scalars';

registerEnumType(Action, {
  name: 'KeyAction',
  description: 'What a key did: read rows, ran agents, changed rows, or managed keys.',
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
@ObjectType({ description: 'How often a key was used for one action on one resource type.' })
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

  @Field(() => String, { description: 'The type of the resource, for example `Agent`.' })
  @Column('text')
  resource!: string;

  @Field(() => Int, { description: 'The number of uses since the key was created; updated within a minute.' })
  @Column('bigint')
  count!: number;

  @Field(() => DateTime, { description: 'The first use.' })
  @Column('timestamptz')
  firstAt!: string;

  @Field(() => DateTime, { description: 'The last use, to within a minute.' })
  @Column('timestamptz')
  lastAt!: string;
}
