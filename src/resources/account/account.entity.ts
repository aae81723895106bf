/** An account: the tenant that everything else belongs to. It belongs to itself: its id is its account's id. */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import {
  Column,
  CreateDateColumn,
  DeleteDateColumn,
  Entity,
  PrimaryColumn,
  UpdateDateColumn,
  VersionColumn,
} from 'typeorm';
import { Scoped } from '../../graph/decorators';
import { Listed } from '../../db/statements/table';
import type { JsonRecord } from '../../graph/queries/account-row';
import { DateTime, JsonObject } from '../../graph/scalars';

export const AccountStatus = { ACTIVE: 'ACTIVE', SUSPENDED: 'SUSPENDED', CLOSED: 'CLOSED' } as const;
export type AccountStatus = keyof typeof AccountStatus;
registerEnumType(AccountStatus, {
  name: 'AccountStatus',
  description:
    'The keys of an account are accepted while it is ACTIVE. All of them are refused while it is SUSPENDED (until it is reactivated) or CLOSED (until an operator restores it).',
});

@Scoped()
@ObjectType({ description: 'A tenant of the platform, or one of its environments.' })
@Entity('account')
@Listed('id')
export class Account {
  @Field(() => ID, { description: 'UUID (version 7); other fields call it accountId.' })
  @PrimaryColumn('uuid')
  id!: string;

  @Field(() => String, {
    description: 'Short name, unique on the platform and fixed: 1 to 63 lower-case letters, digits and inner hyphens.',
  })
  @Column('text')
  slug!: string;

  @Field(() => String, { description: 'Display name, 1 to 255 characters.' })
  @Column('text')
  name!: string;

  @Field(() => AccountStatus, { description: 'Whether its keys are accepted.' })
  @Column('text', { default: 'ACTIVE' })
  status!: AccountStatus;

  @Field(() => JsonObject, { description: 'Any JSON object, at most 16 KB and 8 levels deep.' })
  @Column('jsonb', { default: {} })
  metadata!: JsonRecord;

  /** Retention in days by kind of row: see retention/kinds.ts. */
  @Column('jsonb', { default: {} })
  retention!: JsonRecord;

  @Field(() => DateTime, { description: 'When the account was created.' })
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: string;

  @Field(() => DateTime, { description: 'When the account was last changed.' })
  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: string;

  @DeleteDateColumn({ type: 'timestamptz', nullable: true })
  deletedAt!: string | null;

  @Field(() => Int, { description: 'Incremented by every change.' })
  @VersionColumn()
  version!: number;
}
