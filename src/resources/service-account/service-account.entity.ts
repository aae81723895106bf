/** A service account: a program that uses an account, with a name, an owner and several keys. */
import { Field, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { Scoped } from '../../graph/decorators';
import { AccountRow } from '../../graph/queries/account-row';

@Scoped()
@ObjectType({
  description:
    'A program that uses the account. It can have any number of keys, which can be replaced; `metadata.owner` names who is responsible for it.',
})
@Entity('service_account')
export class ServiceAccount extends AccountRow {
  @Field(() => String, {
    description: 'Unique among the service accounts of the account that are not deleted; 1 to 255 characters.',
  })
  @Column('text')
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for, at most 10,000 characters.' })
  @Column('text', { nullable: true })
  description!: string | null;
}
