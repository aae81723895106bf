/** Keys of accounts, as the registry knows them. */
import { defineResource } from '../../graph/define';
import { choice, id, text, time } from '../../graph/reading/filter';
import { ApiKey, ApiKeyKind } from './api-key.entity';
import { ApiKeyResolver } from './api-key.resolver';
import { KeyAttentionResolver } from './key-attention.resolver';
import { KeyUsage, KeyUse } from './key-use.entity';

export const apiKeys = defineResource({
  names: { type: 'ApiKey', one: 'apiKey', many: 'apiKeys' },
  entity: ApiKey,
  filter: { name: text, kind: choice('ApiKeyKind', ApiKeyKind), expiresAt: time, createdBy: id },
  order: ['name'],
  tables: [KeyUse, KeyUsage],
  resolvers: [ApiKeyResolver, KeyAttentionResolver],
});
