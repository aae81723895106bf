/** A plan that reduces keys to the access they use, and ends unused keys. */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Scoped } from '../../graph/decorators';
import { DateTime } from '../../graph/scalars';
import { Role } from '../api-key/role';

export const AccessAction = { NARROW: 'NARROW', END: 'END', GIVE_BACK: 'GIVE_BACK' } as const;
export type AccessAction = keyof typeof AccessAction;
registerEnumType(AccessAction, {
  name: 'AccessAction',
  description: 'What is done to a key.',
  valuesConfig: {
    NARROW: { description: 'It keeps what it was used for.' },
    END: { description: 'It expires at once: it was not used.' },
    GIVE_BACK: { description: 'It gets back what a plan took: undoing.' },
  },
});

@ObjectType({ description: 'What is done to one key.' })
export class AccessPlanChange {
  @Field(() => AccessAction, { description: 'What is done.' })
  action!: AccessAction;

  @Field(() => ID, { description: 'The key.' })
  keyId!: string;

  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => Int, { description: 'Its version, which the plan rests on.' })
  version!: number;

  @Field(() => Role, { description: 'The role that it has.' })
  role!: Role;

  @Field(() => [String], { nullable: true, description: 'Resource types that it is restricted to; null for all.' })
  resourceTypes!: readonly string[] | null;

  @Field(() => Role, { description: 'The role that it gets.' })
  newRole!: Role;

  @Field(() => [String], { nullable: true, description: 'Resource types that it gets; null for all of the role.' })
  newResourceTypes!: readonly string[] | null;

  @Field(() => String, { description: 'Why, human-readable.' })
  reason!: string;
}

@Scoped()
@ObjectType({ description: 'What would be, or was, done to the keys of an account.' })
export class AccessPlan {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @Field(() => String, { description: 'The hash that `applyAccessPlan` is given, 43 characters.' })
  hash!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'What `undoAccessPlan` is given; null for a plan that was not applied, or changes nothing.',
  })
  changeId!: string | null;

  @Field(() => DateTime, { description: 'Only use from this time on counts; give it to `applyAccessPlan`.' })
  since!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'The first day in that time of which the decision log knows something; null when it knows nothing.',
  })
  evidenceFrom!: string | null;

  @Field(() => Int, {
    description:
      'Operations in that time that the decision log counted only. Unless it is 0 no key is narrowed: it may need what is not recorded.',
  })
  unrecorded!: number;

  @Field(() => [AccessPlanChange], { description: 'The changes, in order of the keys’ creation.' })
  changes!: AccessPlanChange[];
}
