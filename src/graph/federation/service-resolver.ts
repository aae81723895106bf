/** `_service`: the schema as a subgraph of Apollo Federation, from which routers are composed. */
import type { GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import { Ctx, Extensions, Field, Info, ObjectType, Query, Resolver } from 'type-graphql';
import { Authenticated } from '../decorators';
import { INTROSPECTION } from '../query-cost';
import type { RequestContext } from '../request-context';
import { printSubgraph } from './print-subgraph';

@ObjectType('_Service', { description: 'The schema as a subgraph of Apollo Federation.' })
class Service {
  @Field(() => String, { description: 'The schema in the schema definition language; the same for every key.' })
  sdl!: string;
}

/** Printed once: it takes tens of milliseconds. */
const printed = new WeakMap<GraphQLSchema, string>();

@Resolver()
export class ServiceResolver {
  // Any key reads the schema, as by introspection.
  @Authenticated()
  @Extensions({ cost: INTROSPECTION })
  @Query(() => Service, {
    name: '_service',
    description:
      'For routers of Apollo Federation: the schema as a subgraph, as in schema/subgraph.graphql. Any key reads it.',
  })
  service(@Ctx() { services }: RequestContext, @Info() { schema }: GraphQLResolveInfo): Service {
    let sdl = printed.get(schema);
    if (sdl === undefined) printed.set(schema, (sdl = printSubgraph(schema, services)));
    return { sdl };
  }
}
