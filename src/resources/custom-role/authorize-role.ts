/** Who may change a role: nobody may use it to grant, keep or revoke more than they have. */
import type { Caller } from '../../auth/caller';
import { covers } from '../../auth/grants';
import { grantsOfPermissions } from '../../auth/key-access';
import { badInput, GatewayError } from '../../errors';
import { refuseBeyond } from '../../graph/permissions';
import type { CustomRole } from './custom-role.entity';

/** A role as it would be stored. */
type Changed = object & { readonly permissions?: unknown };

/** Whether keys with the role have other permissions after the change. A deleted role that is restored counts. */
const changesRights = ({ permissions, deletedAt }: CustomRole, after: Changed): boolean =>
  deletedAt !== null || JSON.stringify(permissions) !== JSON.stringify(after.permissions);

/**
 * A key's role cannot be used to reach beyond the key, and keys with a role stronger than the caller's are left alone:
 * checked on every path that writes roles.
 * @param before null for a new role.
 * @param after null when the role is deleted.
 * @throws GatewayError FORBIDDEN; BAD_USER_INPUT when the caller would lose the administration of keys.
 */
export function authorizeRole({ access, isMaster }: Caller, before: CustomRole | null, after: Changed | null): void {
  if (isMaster) return;
  const { table } = access;
  for (const role of [before, after]) if (role) refuseBeyond(access, grantsOfPermissions(table, role.permissions));
  if (before === null) return;
  if (after && access.networks.length > 0 && changesRights(before, after))
    throw new GatewayError(
      'FORBIDDEN',
      'This key is restricted to networks, and keys with the role may be used outside of them. Use a key without that restriction.',
    );
  if (!access.madeOf.includes(before.id)) return;
  const left = after ? grantsOfPermissions(table, after.permissions) : null;
  if (left && covers(left, table.grant('ADMIN', ['apiKeys']))) return;
  throw badInput(
    left ? ['input', 'permissions'] : ['id'],
    `The key of this request has the role ${JSON.stringify(before.name)}, and ${left ? 'input.permissions' : 'deleting it'} would leave it without apiKeys:admin: it could not undo the change. Use the key of another administrator.`,
  );
}
