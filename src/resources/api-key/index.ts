/** Keys of accounts, as the registry knows them. */
import { defineResource } from '../../graph/define-resource';
import { choice, id, text, time } from '../../graph/queries/filter';
import { ApiKey, ApiKeyKind } from './api-key.entity';
import { ApiKeyResolver } from './api-key.resolver';
import { KeyAttentionResolver } from './stale-keys.resolver';
import { KeyUsage, KeyUse } from './key-last-used.entity';

export const apiKeys = defineResource({
  names: { type: 'ApiKey', one: 'apiKey', many: 'apiKeys' },
  entity: ApiKey,
  filter: { name: text, kind: choice('ApiKeyKind', ApiKeyKind), expiresAt: time, createdBy: id },
  order: ['name'],
  tables: [KeyUse, KeyUsage],
  resolvers: [ApiKeyResolver, KeyAttentionResolver],
});
