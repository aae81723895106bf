/** The keys of a service account. */
import type { GraphQLResolveInfo } from 'graphql';
import { FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { MAX_RELATED_ROWS, related, type RelationSpec } from '../../graph/queries/relations';
import { ApiKey } from '../api-key/api-key.entity';
import { ServiceAccount } from './service-account.entity';

const keysOfServiceAccount: RelationSpec<ApiKey> = {
  kind: 'hasMany',
  entity: () => ApiKey,
  type: 'ApiKey',
  foreignKey: 'serviceAccountId',
  order: { property: 'id', direction: 'ASC' },
};

@Resolver(() => ServiceAccount)
export class ServiceAccountResolver {
  @FieldResolver(() => [ApiKey], {
    description:
      'Its keys, oldest first, including expired and revoked ones; the first 100. The query `apiKeys` returns all of them.',
  })
  apiKeys(@Root() serviceAccount: ServiceAccount, @Info() info: GraphQLResolveInfo): Promise<ApiKey[]> {
    return related(keysOfServiceAccount, serviceAccount, serviceAccount.id, info, MAX_RELATED_ROWS);
  }
}
