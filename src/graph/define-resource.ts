/** Turns a declaration into a registry entry, adding the fields common to all resources. */
import { rowQueryResolver, listQueryResolvers } from './queries/query-resolver';
import type { Resource } from './resource';
import type { AccountRow } from './queries/account-row';
import { createResolver, mutationResolver } from './mutations/mutation-resolver';

type Declaration<Row extends AccountRow> = Omit<Resource<Row>, 'resolvers'> & {
  /** Resolver classes of the resource's own fields. */
  readonly resolvers?: readonly (new () => object)[];
};

export function defineResource<Row extends AccountRow>(declaration: Declaration<Row>): Resource<Row> {
  const { mutations: writing, resolvers = [] } = declaration;
  const writable = writing && { ...declaration, mutations: writing };
  const created = writable && !writing.hasOwnCreate ? [createResolver(writable)] : [];
  const written = writable ? [...created, mutationResolver(writable)] : [];
  return {
    ...declaration,
    resolvers: [rowQueryResolver(declaration), ...listQueryResolvers(declaration), ...written, ...resolvers],
  };
}
