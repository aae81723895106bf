/** Registers the keys of accounts. */
import { DatabaseTime } from '../../db/transaction';
import { defineResource } from '../../graph/define-resource';
import { choice, id, name, time } from '../../graph/queries/filter';
import { CustomRole } from '../custom-role/custom-role.entity';
import { ServiceAccount } from '../service-account/service-account.entity';
import { ApiKey, ApiKeyKind } from './api-key.entity';
import { ApiKeyResolver } from './api-key.resolver';
import { AuditPrincipalResolver } from './audit-principal.resolver';
import { StaleKeysResolver } from './stale-keys.resolver';
import { KeyUsageCount, KeyLastUsed } from './key-last-used.entity';

export const apiKeys = defineResource({
  names: { type: 'ApiKey', singular: 'apiKey', plural: 'apiKeys' },
  entity: ApiKey,
  filter: {
    name,
    kind: choice('ApiKeyKind', ApiKeyKind),
    expiresAt: time,
    createdBy: id,
    customRoleId: id,
    serviceAccountId: id,
  },
  order: ['name'],
  belongsTo: [
    {
      column: 'serviceAccountId',
      target: () => ServiceAccount,
      onDelete: 'keep',
      // Without its holder a key would stand for itself.
      purged: { revokedAt: DatabaseTime.EARLIER_OR_TRANSACTION },
    },
    { column: 'shadowCustomRoleId', target: () => CustomRole, onDelete: 'keep' },
    { column: 'customRoleId', target: () => CustomRole, onDelete: 'refuse', ends: ['revokedAt', 'expiresAt'] },
  ],
  tables: [KeyLastUsed, KeyUsageCount],
  resolvers: [ApiKeyResolver, StaleKeysResolver, AuditPrincipalResolver],
});
