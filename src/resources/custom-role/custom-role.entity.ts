/** A custom role: a named set of permissions that an account's keys can have in place of a built-in role. */
import { Field, ObjectType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { Scoped } from '../../graph/decorators';
import { AccountRow } from '../../graph/queries/account-row';

@Scoped()
@ObjectType({
  description: 'A role that the account defines. Keys with `role: CUSTOM` have the permissions of their role.',
})
@Entity('custom_role')
export class CustomRole extends AccountRow {
  @Field(() => String, {
    description: 'Unique among the roles of the account that are not deleted; 1 to 255 characters.',
  })
  @Column('text')
  name!: string;

  @Field(() => String, { nullable: true, description: 'What the role is for, at most 10,000 characters.' })
  @Column('text', { nullable: true })
  description!: string | null;

  @Field(() => [String], {
    description:
      'What its keys may do, for example `agents:read`: a resource type with an action (read, run, write, admin).',
  })
  @Column('jsonb')
  permissions!: string[];
}
