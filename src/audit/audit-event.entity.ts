/** An audit event: one change of one row. Read-only; only the database writes it. */
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Scoped } from '../graph/decorators';
import { Listed, SearchedByAccount } from '../db/statements/table';
import { DateTime, Json } from '../graph/scalars';

export const AuditActorKind = {
  ACCOUNT: 'account',
  MASTER: 'master',
  DATABASE: 'database',
  GATEWAY: 'gateway',
} as const;
registerEnumType(AuditActorKind, {
  name: 'AuditActorKind',
  description:
    'Who changed a row: a key of the account, a master key, a database user who bypassed the gateway, or the gateway by itself.',
});

export const AuditAction = {
  CREATE: 'CREATE',
  UPDATE: 'UPDATE',
  DELETE: 'DELETE',
  RESTORE: 'RESTORE',
  PURGE: 'PURGE',
  ERASE: 'ERASE',
} as const;
registerEnumType(AuditAction, {
  name: 'AuditAction',
  description:
    'What happened to a row. DELETE is a soft delete, RESTORE undoes it, PURGE removes the row permanently, ERASE removes the data of the row from its earlier events.',
});

@ObjectType({ description: 'One value that an event changed.' })
export class AuditChange {
  @Field(() => String, {
    description:
      'Path to the value in the row, for example `metadata.owner.team`; a name with dots, brackets, quotes or white space is quoted: `metadata["a.b"]`.',
  })
  path!: string;

  @Field(() => Json, {
    nullable: true,
    description:
      'The value before; null when there was none. Both values are null when a property with the value null was added or removed.',
  })
  before!: unknown;

  @Field(() => Json, { nullable: true, description: 'The value after; null when there is none.' })
  after!: unknown;
}

@Scoped()
@ObjectType({ description: 'One change of one row, written by the database in the same transaction.' })
@Entity('audit_event')
@Listed('at', 'resourceId', 'actorId', 'requestId')
@SearchedByAccount()
export class AuditEvent {
  /** The sequence identifies an event within its account; the API's `id` and `sequence` are derived from it. */
  @PrimaryColumn('bigint', { name: 'sequence' })
  id!: string;

  @Field(() => ID, {
    description: 'The account whose row changed; 00000000-0000-0000-0000-000000000000 for rows of the platform.',
  })
  @PrimaryColumn('uuid')
  accountId!: string;

  @Field(() => DateTime, { description: 'When the change was committed; never earlier than the event before.' })
  @Column('timestamptz')
  at!: string;

  @Field(() => AuditActorKind, {
    description: 'Whether a key, a database user or the gateway itself made the change.',
  })
  @Column('text')
  actorKind!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the key; null for a database user or the gateway.',
  })
  @Column('text', { nullable: true })
  actorId!: string | null;

  @Field(() => String, { description: 'Name of the key, of the database user, or of the component of the gateway.' })
  @Column('text')
  actorName!: string;

  @Field(() => String, { nullable: true, description: 'The X-Request-Id of the request.' })
  @Column('text', { nullable: true })
  requestId!: string | null;

  @Field(() => String, { nullable: true, description: 'Network address the change came from.' })
  @Column('text', { nullable: true })
  address!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Name of the GraphQL operation, or its first field when it has none; at most 128 characters.',
  })
  @Column('text', { nullable: true })
  operationName!: string | null;

  @Field(() => String, { nullable: true, description: 'The reason given in X-Reason, 3 to 500 characters.' })
  @Column('text', { nullable: true })
  reason!: string | null;

  @Field(() => AuditAction, { description: 'What happened to the row.' })
  @Column('text')
  action!: keyof typeof AuditAction;

  @Field(() => String, { description: 'Type of the row, for example `Agent`.' })
  @Column('text')
  resourceType!: string;

  @Field(() => ID, { description: 'Id of the row; for links the ids of both rows, joined by a slash.' })
  @Column('text')
  resourceId!: string;

  @Column('bytea')
  hash!: Buffer;
}
