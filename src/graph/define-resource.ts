/** From a declaration to a registry entry: the fields that all resources have are made here. */
import { getResolver, listResolvers } from './queries/query-resolver';
import type { Resource } from './resource';
import type { AccountRow } from './queries/account-row';
import { writeResolver } from './mutations/mutation-resolver';

export type Declaration<Row extends AccountRow> = Omit<Resource<Row>, 'resolvers'> & {
  /** Resolver classes of the resource's own fields. */
  readonly resolvers?: readonly (new () => object)[];
};

export function defineResource<Row extends AccountRow>(declaration: Declaration<Row>): Resource<Row> {
  const { writing, resolvers = [] } = declaration;
  const written = writing ? [writeResolver({ ...declaration, writing })] : [];
  return {
    ...declaration,
    resolvers: [getResolver(declaration), ...listResolvers(declaration), ...written, ...resolvers],
  };
}
