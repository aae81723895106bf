/** Registers the master key access log, for operators and for the affected accounts. */
import { APPEND_ONLY_ROWS, id, name, text } from '../../graph/queries/filter';
import { listQueryResolvers } from '../../graph/queries/query-resolver';
import { AccountAccess, MasterAccess } from './master-access.entity';

const filter = { keyId: id, keyName: name, operationName: text, reason: text, requestId: text };

export const masterAccess = {
  entity: MasterAccess,
  resolvers: listQueryResolvers(
    {
      names: { type: 'MasterAccess', singular: 'masterAccess', plural: 'masterAccess' },
      entity: MasterAccess,
      filter,
      order: [],
      common: APPEND_ONLY_ROWS,
    },
    'masterOnly',
  ),
};

export const accountAccess = {
  entity: AccountAccess,
  resolvers: listQueryResolvers({
    names: { type: 'AccountAccess', singular: 'accountAccess', plural: 'accountAccess' },
    entity: AccountAccess,
    filter,
    order: [],
    common: APPEND_ONLY_ROWS,
  }),
};
