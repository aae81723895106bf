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
    NARROW: { description: 'Its rights are reduced to what it was used for.' },
    END: { description: 'It expires at once: it was not used.' },
    GIVE_BACK: { description: 'Its previous rights are restored: a plan is undone.' },
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

  @Field(() => Int, { description: 'The version of the key on which the plan is based.' })
  version!: number;

  @Field(() => Role, { description: 'The role that it has.' })
  role!: Role;

  @Field(() => [String], { nullable: true, description: 'Resource types that it is restricted to; null for all.' })
  resourceTypes!: readonly string[] | null;

  @Field(() => Role, { description: 'The role that it gets.' })
  newRole!: Role;

  @Field(() => [String], {
    nullable: true,
    description: 'Resource types that it gets; null for all that the role allows.',
  })
  newResourceTypes!: readonly string[] | null;

  @Field(() => String, { description: 'Why, human-readable.' })
  reason!: string;
}

@Scoped()
@ObjectType({ description: 'Changes to the keys of an account, planned or applied.' })
export class AccessPlan {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @Field(() => String, { description: 'The hash to pass to `applyAccessPlan`, 43 characters.' })
  hash!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The id to pass to `undoAccessPlan`; null for a plan that was not applied, or changes nothing.',
  })
  changeId!: string | null;

  @Field(() => DateTime, { description: 'Only usage from this time on is considered; pass it to `applyAccessPlan`.' })
  since!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'The first day in that time for which the decision log has entries; null if it has none.',
  })
  evidenceFrom!: string | null;

  @Field(() => Int, {
    description:
      'Operations in that time that the decision log only counted. Unless it is 0, no key is restricted, because it may need rights that were not recorded.',
  })
  unrecorded!: number;

  @Field(() => [AccessPlanChange], { description: 'The changes, in order of the keys’ creation.' })
  changes!: AccessPlanChange[];
}
