/** The record of what master keys are used for, as operators and as the touched accounts read it. */
import { MasterOnly } from '../../graph/directives/decorators';
import { id, text, WRITTEN_ONCE } from '../../graph/queries/filter';
import { listResolvers } from '../../graph/queries/query-resolver';
import { AccountAccess, MasterAccess } from './master-access.entity';

const filter = { keyId: id, keyName: text, operationName: text, reason: text, requestId: text };

export const masterAccess = {
  entity: MasterAccess,
  resolvers: listResolvers(
    {
      names: { type: 'MasterAccess', one: 'masterAccess', many: 'masterAccess' },
      entity: MasterAccess,
      filter,
      order: [],
      common: WRITTEN_ONCE,
    },
    MasterOnly(),
  ),
};

export const accountAccess = {
  entity: AccountAccess,
  resolvers: listResolvers({
    names: { type: 'AccountAccess', one: 'accountAccess', many: 'accountAccess' },
    entity: AccountAccess,
    filter,
    order: [],
    common: WRITTEN_ONCE,
  }),
};
