/** Inputs and results of access simulations. */
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Scoped } from '../../graph/decorators';
import { DateTime } from '../../graph/scalars';
import { Role } from '../api-key/role';

@InputType({
  description: 'Rights to simulate. With `keyId`, absent fields are those of the key, and null removes a restriction.',
})
export class SimulatedRightsInput {
  @Field(() => Role, { nullable: true, description: 'The role.' })
  role?: Role;

  @Field(() => ID, { nullable: true, description: 'With `role: CUSTOM`, and only then: id of a role of the account.' })
  customRoleId?: string | null;

  @Field(() => [String], { nullable: true, description: 'Only these resource types, at most 31.' })
  resourceTypes?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Only rows of these teams, at most 50. The simulation decides only whether an operation may run, not which rows it would find.',
  })
  ownerTeams?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Only these rows, at most 200; not simulated for single rows, as with `ownerTeams`.',
  })
  rowIds?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Only from these networks (CIDR), at most 50; checked when an `address` is given.',
  })
  networks?: string[] | null;

  @Field(() => DateTime, { nullable: true, description: 'The key is refused before this time.' })
  notBefore?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Maximum cost of requests per minute; `ratePerMinute` of the answer is the limit that applies.',
  })
  ratePerMinute?: number | null;
}

@InputType({ description: 'An operation to decide about; it is not run.' })
export class DocumentInput {
  @Field(() => String, { description: 'The GraphQL document, as it would be sent, at most 32,768 bytes.' })
  document!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The name of the operation in the document; may be omitted if there is only 1.',
  })
  operationName?: string | null;
}

@ObjectType({ description: 'An operation, and whether it would be allowed.' })
export class SimulatedOperation {
  @Field(() => ID, {
    nullable: true,
    description:
      'The key that sends the operation: the simulated one, or one below it; null if only a role is simulated.',
  })
  keyId!: string | null;

  @Field(() => String, { description: 'The root fields, for example `Query.agents, Query.tools`.' })
  operation!: string;

  @Field(() => [String], {
    description: 'The permissions that they require, nested fields included; `master` for a field of master keys.',
  })
  permissions!: string[];

  @Field(() => [String], {
    nullable: true,
    description: 'The permissions that would be missing; null if the operation would be allowed.',
  })
  missing!: string[] | null;

  @Field(() => Int, { description: 'How often the operation was sent; 1 for a document.' })
  count!: number;

  @Field(() => DateTime, { nullable: true, description: 'When it was last sent; null for a document.' })
  lastAt!: string | null;
}

@ObjectType({ description: 'A key that would be refused for every operation.' })
export class SimulatedRefusal {
  @Field(() => ID, { nullable: true, description: 'The simulated key, or one below it; null for a role alone.' })
  keyId!: string | null;

  @Field(() => String, { description: 'The reason: its networks, its `notBefore` or its end.' })
  reason!: string;
}

@Scoped()
@ObjectType({ description: 'What would be allowed and what refused.' })
export class AccessSimulation {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @Field(() => String, { description: 'Name of the role.' })
  role!: string;

  @Field(() => [String], { description: 'The permissions that the key, or a key with the role, would have.' })
  permissions!: string[];

  @Field(() => [SimulatedRefusal], {
    description:
      'The keys that would be refused from the `address` at the time `at`. All of their operations count as refused.',
  })
  refusedKeys!: SimulatedRefusal[];

  @Field(() => Int, {
    nullable: true,
    description:
      'Maximum cost of requests per minute: the lowest limit of the key and the keys above it; null for the default limit.',
  })
  ratePerMinute!: number | null;

  @Field(() => Int, {
    description: 'How many operations of the list would be allowed, each counted as often as it was sent.',
  })
  allowed!: number;

  @Field(() => Int, { description: 'How many operations of the list would be refused.' })
  refused!: number;

  @Field(() => [SimulatedOperation], {
    description: 'The given documents in their order, or the recorded operations, most frequent first, at most 1,000.',
  })
  operations!: SimulatedOperation[];

  @Field(() => Boolean, { description: 'Whether more operations were recorded than the list contains.' })
  more!: boolean;

  @Field(() => Int, {
    description: 'Operations of the account in that time that the decision log only counted; they are not in the list.',
  })
  unrecorded!: number;
}
