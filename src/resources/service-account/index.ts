/** Registers service accounts. */
import { defineResource } from '../../graph/define-resource';
import { Action } from '../../graph/directives/definitions';
import { name } from '../../graph/queries/filter';
import { authorizeServiceAccount } from './authorize-service-account';
import { ServiceAccount } from './service-account.entity';
import {
  CreateServiceAccountInput,
  serviceAccountRowSchema,
  UpdateServiceAccountInput,
} from './service-account.inputs';
import { ServiceAccountResolver } from './service-account.resolver';

/** Readers of keys may read who holds them, and managers of keys decide it. */
export const serviceAccounts = defineResource({
  names: { type: 'ServiceAccount', singular: 'serviceAccount', plural: 'serviceAccounts' },
  entity: ServiceAccount,
  permittedBy: 'apiKeys',
  filter: { name },
  order: ['name'],
  mutations: {
    isPromoted: false,
    action: Action.ADMIN,
    createInput: CreateServiceAccountInput,
    updateInput: UpdateServiceAccountInput,
    rowSchema: serviceAccountRowSchema,
    authorize: authorizeServiceAccount,
  },
  resolvers: [ServiceAccountResolver],
});
