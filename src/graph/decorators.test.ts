/** Directives on TypeGraphQL classes survive enforcement and printing. */
import 'reflect-metadata';
import {
  Arg,
  Field,
  FieldResolver,
  ID,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  buildSchema,
  type ClassType,
} from 'type-graphql';
import { contextOf, engines, policy, run } from '../../test/directives/policy';
import { Action, SchemaReviewError, directiveDefinitions, printSchema, withDirectives } from './directives';
import { checkFieldDirectives } from './check-field-directives';
import { Authenticated, MasterOnly, Public, Scoped } from './decorators';

@ObjectType()
abstract class Row {
  @Field(() => ID) id!: string;
  @Field(() => ID) accountId!: string;
  @Field(() => String, { nullable: true }) @MasterOnly() internal?: string;
}

@ObjectType({ description: 'An agent.' })
@Scoped()
class Agent extends Row {
  @Field(() => String, { nullable: true }) name?: string;
}

@ObjectType()
@Scoped()
class Tool extends Row {}

@ObjectType()
class Unguarded {
  @Field(() => ID) accountId!: string;
}

const rows = [
  { id: '1', accountId: 'A', internal: 'hidden' },
  { id: '2', accountId: 'B', internal: 'hidden' },
];

/** The fields common to all resources, for one resource. */
function resourceResolver<Resource extends object>(type: ClassType<Resource>, name: string) {
  @ObjectType(`${type.name}Connection`)
  @Scoped()
  class Connection {
    @Field(() => [type]) nodes!: Resource[];
  }

  @Resolver()
  abstract class ResourceResolver {
    @Query(() => Connection, { name: `${name}s` })
    @Scoped()
    list(): object {
      return { nodes: rows };
    }

    @Mutation(() => type, { name: `rename${type.name}` })
    @Scoped(Action.WRITE)
    rename(@Arg('id', () => ID) id: string): object | undefined {
      return rows.find((row) => row.id === id);
    }
  }
  return ResourceResolver;
}

@Resolver(() => Agent)
class AgentResolver extends resourceResolver(Agent, 'agent') {
  @FieldResolver(() => String, { nullable: true })
  @MasterOnly()
  secret(@Root() agent: Agent): string {
    return `secret of ${agent.id}`;
  }
}

@Resolver()
class ToolResolver extends resourceResolver(Tool, 'tool') {}

@Resolver()
class OtherResolver {
  @Query(() => String)
  @Public('Probes have "no" key.')
  health(): string {
    return 'ok';
  }

  @Query(() => String)
  @Authenticated()
  kind(): string {
    return 'account';
  }
}

@Resolver()
class UnguardedResolver {
  @Query(() => [Unguarded])
  unguarded(): object[] {
    return rows;
  }
}

@ObjectType()
@Scoped()
class Careless {
  @Field(() => ID) accountId!: string;
  @Field(() => String) secret!: string;
}

@Resolver(() => Careless)
class CarelessResolver {
  @Query(() => [Careless])
  @Scoped()
  careless(): object[] {
    return rows;
  }

  @FieldResolver(() => String)
  @MasterOnly()
  secret(): string {
    return 'secret';
  }
}

const build = (...resolvers: NonNullable<unknown>[]) =>
  buildSchema({ resolvers: resolvers as [never], directives: [...directiveDefinitions], validate: false });

const guarded = async () => withDirectives(await build(AgentResolver, ToolResolver, OtherResolver), policy);

test('classes without a directive make start-up fail', async () => {
  const schema = await build(OtherResolver, UnguardedResolver);
  expect(() => withDirectives(schema, policy)).toThrow(SchemaReviewError);
});

test('a directive that TypeGraphQL would drop makes start-up fail', async () => {
  const careless = await build(OtherResolver, CarelessResolver);
  expect(() => checkFieldDirectives(careless)).toThrow('Careless.secret lost the directive of its @FieldResolver');
  const careful = await build(AgentResolver, ToolResolver, OtherResolver);
  expect(() => checkFieldDirectives(careful)).not.toThrow();
});

test('the printed schema shows directives, descriptions and the account argument', async () => {
  const printed = printSchema(await guarded());
  for (const text of [
    'directive @scoped(',
    'directive @masterOnly on FIELD_DEFINITION | OBJECT',
    'enum Action {',
    '"""An agent."""\ntype Agent @scoped {',
    'type AgentConnection @scoped {',
    'type ToolConnection @scoped {',
    'internal: String @masterOnly',
    'secret: String @masterOnly',
    'health: String! @public(reason: "Probes have \\"no\\" key.")',
    'kind: String! @authenticated',
    'accountId: ID\n  ): AgentConnection! @scoped',
    'renameTool(',
    '): Tool! @scoped(action: WRITE)',
    'The account to change.',
    'The account to read.',
  ]) {
    expect(printed).toContain(text);
  }
});

test('the printed schema does not depend on the order of the classes', async () => {
  const other = withDirectives(await build(OtherResolver, ToolResolver, AgentResolver), policy);
  expect(printSchema(other)).toBe(printSchema(await guarded()));
});

test.each(engines)('inherited resolvers and fields are enforced, %s', async (engine) => {
  const schema = await guarded();
  const ask = (source: string, caller: string | null) => run(engine, schema, source, contextOf(caller));
  expect(await ask('{ agents { nodes { id } } tools { nodes { id } } }', 'A')).toMatchObject({
    data: { agents: { nodes: [{ id: '1' }] }, tools: { nodes: [{ id: '1' }] } },
  });
  expect(await ask('{ agents { nodes { id } } }', null)).toMatchObject({ codes: ['UNAUTHENTICATED'] });
  expect(await ask('mutation { renameTool(id: "2") { id } }', 'A')).toMatchObject({ data: null, codes: ['NOT_FOUND'] });
  expect(await ask('{ agents { nodes { internal secret } } }', 'A')).toMatchObject({
    data: { agents: { nodes: [{ internal: null, secret: null }] } },
    codes: ['FORBIDDEN', 'FORBIDDEN'],
  });
});
