/** Who may delete or restore a service account. */
import type { Caller } from '../../auth/caller';
import { grantsOfRole } from '../../auth/key-access';
import { badInput, GatewayError } from '../../errors';
import { refuseBeyond } from '../../graph/permissions';
import type { ServiceAccount } from './service-account.entity';

/**
 * A key cannot end itself by deleting its service account; and since restoring one restores its keys, whatever their
 * rights, it requires a caller with all rights.
 * @param before null for a new one.
 * @param after null when it is deleted.
 * @throws GatewayError BAD_USER_INPUT, FORBIDDEN
 */
export function authorizeServiceAccount(
  { access, isMaster }: Caller,
  before: ServiceAccount | null,
  after: object | null,
): void {
  if (isMaster || before === null) return;
  if (after === null && access.madeOf.includes(before.id))
    throw badInput(
      ['id'],
      `The key of this request is a key of the service account ${JSON.stringify(before.name)}, and would end with it: it could not undo that. Use the key of another administrator.`,
    );
  if (after === null || before.deletedAt === null) return;
  refuseBeyond(access, grantsOfRole(access.table, 'ADMINISTRATOR'));
  if (access.networks.length > 0)
    throw new GatewayError(
      'FORBIDDEN',
      'This key is restricted to networks, and keys of the service account may be used outside of them. Use a key without that restriction.',
    );
}
