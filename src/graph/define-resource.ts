/** Turns a declaration into a registry entry, adding the fields common to all resources. */
import { rowQueryResolver, listQueryResolvers } from './queries/query-resolver';
import type { Resource } from './resource';
import type { AccountRow } from './queries/account-row';
import { mutationResolver } from './mutations/mutation-resolver';

type Declaration<Row extends AccountRow> = Omit<Resource<Row>, 'resolvers'> & {
  /** Resolver classes of the resource's own fields. */
  readonly resolvers?: readonly (new () => object)[];
};

export function defineResource<Row extends AccountRow>(declaration: Declaration<Row>): Resource<Row> {
  const { mutations: writing, resolvers = [] } = declaration;
  const written = writing ? [mutationResolver({ ...declaration, mutations: writing })] : [];
  return {
    ...declaration,
    resolvers: [rowQueryResolver(declaration), ...listQueryResolvers(declaration), ...written, ...resolvers],
  };
}
