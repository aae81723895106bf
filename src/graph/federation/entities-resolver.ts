/** `_entities`: rows by their keys, requested by routers of Apollo Federation for references from other subgraphs. */
import { GraphQLScalarType, type GraphQLResolveInfo } from 'graphql';
import { Arg, createUnionType, Ctx, Extensions, Info, Query, Resolver } from 'type-graphql';
import type { EntityClass } from '../../db/transaction';
import type { StoredRow } from '../../db/statements/row';
import { badInput } from '../../errors';
import { isRecord } from '../../util/json-values';
import { Scoped } from '../decorators';
import { mayRead, recordRead } from '../policy';
import { TYPENAME } from '../queries/account-row';
import { selectColumns } from '../queries/select-columns';
import { selectedFields } from '../queries/selected-fields';
import { repository, type RequestContext } from '../request-context';
import { JsonObject } from '../scalars';

/** The scalar `_Any`. */
const Representation = new GraphQLScalarType({
  ...JsonObject.toConfig(),
  name: '_Any',
  description: 'A row as another subgraph knows it: an object with `__typename` and `id`.',
  specifiedByURL: 'https://www.apollographql.com/docs/graphos/reference/federation/subgraph-specific-fields',
});

interface EntityKey {
  readonly type: string;
  readonly id: string;
}

/**
 * The keys in the representations, in order; other fields are ignored.
 * @param types the entity types.
 * @throws GatewayError BAD_USER_INPUT for a representation without an entity type or without an id.
 */
function entityKeys(representations: readonly unknown[], types: readonly string[]): EntityKey[] {
  return representations.map((representation, index) => {
    const { __typename: type, id } = isRecord(representation) ? representation : {};
    const path = ['representations', index];
    if (typeof type !== 'string' || !types.includes(type))
      throw badInput([...path, '__typename'], `Name one of the types that have a key: ${types.join(', ')}.`);
    if (typeof id !== 'string') throw badInput([...path, 'id'], 'Give the id of the row, as text.');
    return { type, id };
  });
}

/** A type whose rows other subgraphs can refer to by id. */
export interface EntityType {
  readonly type: string;
  readonly entity: EntityClass<StoredRow>;
  /** The resource type that a key must be allowed to read; null for what every key may read. */
  readonly permission: string | null;
}

type Row = StoredRow & { readonly [TYPENAME]: string };

/** The rows with these keys by their lower-case ids. */
async function rowsOf(
  { type, entity }: EntityType,
  keys: readonly EntityKey[],
  context: RequestContext,
  info: GraphQLResolveInfo,
): Promise<Map<string, Row>> {
  const ids = keys.filter((key) => key.type === type).map(({ id }) => id);
  const columns = selectColumns(info, type, selectedFields(info));
  const rows = await repository(context, entity).getAll(ids, columns);
  return new Map([...rows].map(([id, row]) => [id, { [TYPENAME]: type, ...row }]));
}

/**
 * The resolver class with `_entities(representations)`. One statement reads all rows of a type, whatever their number;
 * types that the key may not read are not queried, and their rows are answered like unknown ones.
 */
export function entitiesResolver(entityTypes: readonly EntityType[]): new () => object {
  const names = entityTypes.map(({ type }) => type);
  const Entity = createUnionType({
    name: '_Entity',
    description: 'Any row that other subgraphs can refer to.',
    types: () => entityTypes.map(({ entity }) => entity),
  });

  @Resolver()
  class EntitiesResolver {
    @Scoped()
    // The specification requires exactly one argument, and an answer to each representation in its place.
    @Extensions({ accountArgument: false, keepsPositions: true })
    @Query(() => [Entity], {
      name: '_entities',
      nullable: 'items',
      description:
        'For routers of Apollo Federation: rows by type and id, in the order asked for, of any account for a master key; null for each that the key cannot see.',
    })
    async entities(
      @Arg('representations', () => [Representation], {
        description: 'At most 1,000 objects with `__typename` and `id`.',
      })
      representations: unknown[],
      @Ctx() context: RequestContext,
      @Info() info: GraphQLResolveInfo,
    ): Promise<(Row | null)[]> {
      const keys = entityKeys(representations, names);
      const types = new Set(keys.map(({ type }) => type));
      const readable = entityTypes.filter(
        ({ type, permission }) => types.has(type) && (permission === null || mayRead(context, permission)),
      );
      for (const { permission } of readable)
        if (permission !== null) recordRead(context, 'Query._entities', permission);
      const rows = new Map(
        await Promise.all(
          readable.map(async (entityType) => [entityType.type, await rowsOf(entityType, keys, context, info)] as const),
        ),
      );
      const entities = keys.map(({ type, id }) => rows.get(type)?.get(id.toLowerCase()) ?? null);
      if (entities.includes(null)) context.fieldRecord.denials.push({ code: 'NOT_FOUND', field: '_entities' });
      return entities;
    }
  }
  return EntitiesResolver;
}
