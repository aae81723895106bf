/** Master keys, a platform resource: listed and managed by master keys. */
import { id, name, time } from '../../graph/queries/filter';
import { listQueryResolvers } from '../../graph/queries/query-resolver';
import { MasterKey } from './master-key.entity';
import { MasterKeyResolver } from './master-key.resolver';

export const masterKeys = {
  entity: MasterKey,
  resolvers: [
    MasterKeyResolver,
    ...listQueryResolvers(
      {
        names: { type: 'MasterKey', singular: 'masterKey', plural: 'masterKeys' },
        entity: MasterKey,
        filter: { name, expiresAt: time },
        order: ['name'],
        common: {
          filter: { id, createdAt: time, updatedAt: time },
          order: { createdAt: 'createdAt', updatedAt: 'updatedAt' },
        },
      },
      'masterOnly',
    ),
  ],
};
