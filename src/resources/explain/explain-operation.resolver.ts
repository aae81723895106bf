/** Tells a key's holder whether it may run an operation and, if not, which permission is missing. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, Field, ID, Info, ObjectType, Query, Resolver } from 'type-graphql';
import { ownerOf } from '../../auth/caller';
import { Authenticated } from '../../graph/decorators';
import { mayRead } from '../../graph/policy';
import { repository, requireCaller, resolveScope, type RequestContext } from '../../graph/request-context';
import { Role } from '../api-key/role';
import { CustomRole } from '../custom-role/custom-role.entity';
import { explainOperation } from './explain-operation';

/** Each parses and validates a document, so an operation may contain only a few. */
const COST = 4_000;
const MAX_ROLES = 100;

@ObjectType({ description: 'What one field of an operation requires.' })
export class FieldAccess {
  @Field(() => String, { description: 'Type and name of the field, for example `Agent.tools`.' })
  path!: string;

  @Field(() => [String], { description: 'The permissions that it requires.' })
  permissions!: string[];

  @Field(() => Boolean, { description: 'Whether only master keys may use it.' })
  isForMasters!: boolean;

  @Field(() => Boolean, { description: 'Whether the key of this request may use it.' })
  allowed!: boolean;
}

@ObjectType({ description: 'The narrowest rights with which a key may run an operation.' })
export class LeastGrant {
  @Field(() => Role, {
    description:
      'The role with the fewest additional rights: a built-in one or, for keys with `apiKeys:read`, a custom role of the account (one of the first 100).',
  })
  role!: Role;

  @Field(() => ID, { nullable: true, description: 'Id of the role with CUSTOM; null for the others.' })
  customRoleId!: string | null;

  @Field(() => String, { description: 'Name of the role.' })
  roleName!: string;

  @Field(() => [String], { description: '`resourceTypes` that the key may be restricted to.' })
  resourceTypes!: string[];

  @Field(() => Boolean, { description: 'Whether the key may also be restricted to rows (`ownerTeams`, `rowIds`).' })
  allowsRowRestriction!: boolean;
}

@ObjectType({ description: 'Whether a key may run an operation, and what decides it.' })
export class OperationAccess {
  @Field(() => Boolean, { description: 'Whether the key of this request may run the operation.' })
  allowed!: boolean;

  @Field(() => String, { description: 'Role of the key; MASTER for a master key.' })
  role!: string;

  @Field(() => [String], { description: 'The permissions that the operation requires, nested fields included.' })
  permissions!: string[];

  @Field(() => [String], { description: 'Those of them that the key lacks.' })
  missing!: string[];

  @Field(() => [FieldAccess], { description: 'The fields that require a permission, or a master key.' })
  fields!: FieldAccess[];

  @Field(() => LeastGrant, {
    nullable: true,
    description: 'The least that a key needs for the operation; null when only a master key may run it.',
  })
  leastGrant!: LeastGrant | null;

  @Field(() => String, { description: 'What the other fields say, as text for people.' })
  explanation!: string;
}

/**
 * The account's custom roles, at most 100, for keys that may read them; none for a master key, which has no account.
 */
async function readableRoles(context: RequestContext): Promise<readonly CustomRole[]> {
  if (requireCaller(context).isMaster || !mayRead(context, 'apiKeys')) return [];
  const scope = resolveScope(context, null, 'Query.explainOperation');
  const { rows } = await repository({ ...context, scope }, CustomRole).list({
    columns: ['name', 'permissions'],
    predicates: [],
    order: { property: 'id', direction: 'ASC' },
    deleted: 'EXCLUDE',
    size: MAX_ROLES,
    backwards: false,
    cursor: null,
  });
  return rows;
}

@Resolver()
export class ExplainOperationResolver {
  @Authenticated()
  @Extensions({ cost: COST })
  @Query(() => OperationAccess, {
    description:
      'Whether the key of this request may run an operation, which permissions it requires, and the least-privileged role and restrictions that would suffice. Does not run the operation. For every key.',
  })
  async explainOperation(
    @Arg('document', () => String, { description: 'The GraphQL document, as it would be sent.' }) document: string,
    @Arg('operationName', () => String, {
      nullable: true,
      description: 'The name of the operation in the document; may be omitted if there is only 1.',
    })
    operationName: string | null,
    @Ctx() context: RequestContext,
    @Info() { schema }: GraphQLResolveInfo,
  ): Promise<OperationAccess> {
    const { services, address } = context;
    const caller = requireCaller(context);
    const customRoles = await readableRoles(context);
    const owner = ownerOf(caller, address);
    return explainOperation({ schema, owner, services, customRoles }, caller, document, operationName);
  }
}
