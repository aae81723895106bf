/** Accounts, a platform resource: listed and managed by master keys. */
import { choice, name, text } from '../../graph/queries/filter';
import { listQueryResolvers } from '../../graph/queries/query-resolver';
import { Account, AccountStatus } from './account.entity';
import { AccountResolver } from './account.resolver';

export const accounts = {
  entity: Account,
  resolvers: [
    AccountResolver,
    ...listQueryResolvers(
      {
        names: { type: 'Account', singular: 'account', plural: 'accounts' },
        entity: Account,
        filter: { slug: text, name, status: choice('AccountStatus', AccountStatus) },
        order: ['slug', 'name'],
      },
      'masterOnly',
    ),
  ],
};
