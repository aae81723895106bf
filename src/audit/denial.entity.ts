/** Refused requests of one minute, counted. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Scoped } from '../graph/decorators';
import { Listed } from '../db/statements/table';
import { DateTime } from '../graph/scalars';

@Scoped()
@ObjectType({
  description: 'How often one field was refused to one key within one minute; recorded in the account of the key.',
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

  @Field(() => DateTime, { description: 'The minute, by its beginning.' })
  @Column('timestamptz')
  minute!: string;

  @Field(() => ID, { description: 'Id of the key that was refused.' })
  @Column('uuid')
  keyId!: string;

  @Field(() => String, { description: 'Error code of the refusal, for example `FORBIDDEN`.' })
  @Column('text')
  code!: string;

  @Field(() => String, { description: 'The field that was refused; `authenticate` for a key that was not accepted.' })
  @Column('text')
  field!: string;

  @Field(() => Int, { description: 'How often within the minute.' })
  @Column('bigint')
  count!: number;

  @Field(() => String, { nullable: true, description: 'The last of the requests.' })
  @Column('text', { nullable: true })
  requestId!: string | null;

  @Field(() => String, { nullable: true, description: 'Network address of the last of the requests.' })
  @Column('text', { nullable: true })
  address!: string | null;
}
