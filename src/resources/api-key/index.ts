/** Keys of accounts, as the registry knows them. */
import { defineResource } from '../../graph/define';
import { choice, text } from '../../graph/filter';
import { ApiKey, ApiKeyKind } from './api-key.entity';
import { ApiKeyResolver } from './api-key.resolver';

export const apiKeys = defineResource({
  names: { type: 'ApiKey', one: 'apiKey', many: 'apiKeys' },
  entity: ApiKey,
  filter: { name: text, kind: choice('ApiKeyKind', ApiKeyKind) },
  order: ['name'],
  resolvers: [ApiKeyResolver],
});
