/** Refused requests, counted per minute. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Scoped } from '../graph/decorators';
import { Listed } from '../db/statements/table';
import { DateTime } from '../graph/scalars';

@Scoped()
@ObjectType({
  description: 'How often one field was denied to one key within one minute; belongs to the account of the key.',
})
@Entity('audit_denial')
@Listed('minute')
export class AuditDenial {
  @Field(() => ID, { description: 'UUID of this count.' })
  @PrimaryColumn('uuid')
  id!: string;

  @Field(() => ID, { description: 'The account of the key; 00000000-0000-0000-0000-000000000000 for master keys.' })
  @PrimaryColumn('uuid')
  accountId!: string;

  @Field(() => DateTime, { description: 'Start of the minute.' })
  @Column('timestamptz')
  minute!: string;

  @Field(() => ID, {
    description: 'Id of the key that was denied; 00000000-0000-0000-0000-000000000000 for several keys.',
  })
  @Column('uuid')
  keyId!: string;

  @Field(() => String, { description: 'Error code, for example `FORBIDDEN`.' })
  @Column('text')
  code!: string;

  @Field(() => String, {
    description: 'The denied field; `authenticate` for a rejected key, `(many)` for several fields.',
  })
  @Column('text')
  field!: string;

  @Field(() => Int, { description: 'How often within the minute.' })
  @Column('bigint')
  count!: number;

  @Field(() => String, { nullable: true, description: 'The last of these requests.' })
  @Column('text', { nullable: true })
  requestId!: string | null;

  @Field(() => String, { nullable: true, description: 'Network address of the last of these requests.' })
  @Column('text', { nullable: true })
  address!: string | null;
}
