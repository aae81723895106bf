/** Direct calls pass every method exactly what TypeGraphQL would have passed. */
import 'reflect-metadata';
import { graphqlSync, isObjectType, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';
import {
  Arg,
  buildSchemaSync,
  Ctx,
  Field,
  FieldResolver,
  Info,
  InputType,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { callDirectly } from './resolver-shortcuts';

@InputType()
class PartInput {
  @Field(() => String)
  name!: string;
}

@ObjectType()
class Part {
  @Field(() => String)
  name!: string;

  @Field(() => String, { name: 'title' })
  label!: string;
}

@ObjectType()
class Measured {
  @Field(() => Int)
  width!: number;

  /** A property, while Part has a method. */
  @Field(() => String)
  path!: string;

  area(): number {
    return this.width * this.width;
  }
}

@Resolver(() => Part)
class PartResolver {
  @Query(() => [Part])
  parts(
    @Arg('first', () => Int, { defaultValue: 2 }) first: number,
    @Arg('like', () => PartInput, { nullable: true }) like: PartInput | null,
  ): object[] {
    const name = like ? `${like.constructor.name} ${like.name}` : 'plain';
    return Array.from({ length: first }, () => ({ name, label: 'label' }));
  }

  @FieldResolver(() => String)
  path(@Info() info: GraphQLResolveInfo, @Root() part: Part, @Ctx() context: { caller: string }): string {
    return `${context.caller} ${part.name} ${part.constructor.name} ${info.fieldName}`;
  }
}

@Resolver(() => Measured)
class MeasuredResolver {
  @Query(() => Measured)
  measured(): object {
    return { width: 3, path: 'm' };
  }

  @FieldResolver(() => Int)
  area(@Root() measured: Measured): number {
    return measured.area();
  }
}

const RESOLVERS = [PartResolver, MeasuredResolver] as const;
const build = (): GraphQLSchema => buildSchemaSync({ resolvers: [...RESOLVERS], validate: false });

describe('direct calls', () => {
  const direct = build();
  callDirectly(direct, RESOLVERS);
  const ask = (source: string): unknown => {
    const answer = graphqlSync({ schema: direct, source, contextValue: { caller: 'acme' } });
    return JSON.parse(JSON.stringify(answer.errors ?? answer.data));
  };

  it('pass root, context, info and plain arguments on, without copying rows', () => {
    expect(ask('{ parts(first: 1) { name title path } }')).toEqual({
      parts: [{ name: 'plain', title: 'label', path: 'acme plain Object path' }],
    });
  });

  it('leave classes with their own methods to TypeGraphQL', () => {
    expect(ask('{ measured { width area } }')).toEqual({ measured: { width: 3, area: 9 } });
  });

  it('leave properties to the executor, even if other types have methods of the same name', () => {
    const resolverOf = (type: string, name: string): unknown => {
      const object = direct.getType(type);
      return isObjectType(object) ? object.getFields()[name]?.resolve : null;
    };
    expect([resolverOf('Measured', 'path'), resolverOf('Part', 'name')]).toEqual([undefined, undefined]);
    expect([resolverOf('Part', 'path'), resolverOf('Part', 'title'), resolverOf('Measured', 'area')]).toEqual(
      [1, 2, 3].map((): unknown => expect.any(Function)),
    );
    expect(ask('{ measured { path } parts(first: 1) { path } }')).toEqual({
      measured: { path: 'm' },
      parts: [{ path: 'acme plain Object path' }],
    });
  });

  it('do not affect methods of other schemas', () => {
    const other = build();
    const before = other.getQueryType()?.getFields()['measured']?.resolve;
    callDirectly(other, [PartResolver]);
    expect(other.getQueryType()?.getFields()['measured']?.resolve).toBe(before);
  });
});
