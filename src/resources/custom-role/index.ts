/** Registers custom roles. */
import { defineResource } from '../../graph/define-resource';
import { Action } from '../../graph/directives/definitions';
import { name } from '../../graph/queries/filter';
import { authorizeRole } from './authorize-role';
import { CustomRole } from './custom-role.entity';
import {
  CreateCustomRoleInput,
  customRoleRowSchema,
  UpdateCustomRoleInput,
  unknownPermission,
} from './custom-role.inputs';

/** Readers of keys may read their rights, and managers of keys decide them. */
export const customRoles = defineResource({
  names: { type: 'CustomRole', singular: 'customRole', plural: 'customRoles' },
  entity: CustomRole,
  permittedBy: 'apiKeys',
  filter: { name },
  order: ['name'],
  mutations: {
    action: Action.ADMIN,
    createInput: CreateCustomRoleInput,
    updateInput: UpdateCustomRoleInput,
    rowSchema: customRoleRowSchema,
    problem: unknownPermission,
    authorize: authorizeRole,
  },
});
