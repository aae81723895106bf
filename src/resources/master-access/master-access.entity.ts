/** The access log of master keys: the platform's entries, and those that each account may read. */
import { Field, ID, ObjectType } from 'type-graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { MasterOnly, Scoped } from '../../graph/decorators';
import { DateTime } from '../../graph/scalars';

@ObjectType()
abstract class AccessRow {
  @Field(() => ID, { description: 'UUID (version 7); an account’s entry has the id of the platform’s.' })
  @PrimaryColumn('uuid')
  id!: string;

  @Field(() => DateTime, { description: 'When the operation ran.' })
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: string;

  @Field(() => ID, { description: 'Id of the master key.' })
  @Column('uuid')
  keyId!: string;

  @Field(() => String, { description: 'Name of the master key at that time.' })
  @Column('text')
  keyName!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Name of the operation, at most 255 characters; null for an operation without a name.',
  })
  @Column('text', { nullable: true })
  operationName!: string | null;

  @Field(() => [String], { description: 'The root fields that it ran, for example `updateAgent`.' })
  @Column('text', { array: true })
  fields!: string[];

  @Field(() => String, {
    nullable: true,
    description: 'The reason given (X-Reason), 3 to 500 characters; null for a read without one.',
  })
  @Column('text', { nullable: true })
  reason!: string | null;

  @Field(() => String, { description: 'Network address of the client.' })
  @Column('text')
  address!: string;

  @Field(() => ID, { description: 'The request (X-Request-Id).' })
  @Column('text')
  requestId!: string;
}

@MasterOnly()
@ObjectType({ description: 'One operation of a master key; a mutation has an entry for each of its transactions.' })
@Entity('master_access')
export class MasterAccess extends AccessRow {
  @Field(() => Boolean, { description: 'Whether it ran a field across all accounts.' })
  @Column('boolean', { name: 'every_account' })
  allAccounts!: boolean;

  @Field(() => [ID], { description: 'The accounts that it was for, or whose rows it read or changed.' })
  @Column('uuid', { array: true })
  accountIds!: string[];
}

@Scoped()
@ObjectType({ description: 'One operation of a platform operator that read or changed rows of this account.' })
@Entity('account_access')
export class AccountAccess extends AccessRow {
  @Field(() => ID, { description: 'The account whose rows were read or changed.' })
  @PrimaryColumn('uuid')
  accountId!: string;
}
