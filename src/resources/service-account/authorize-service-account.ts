/** Who may end a service account, or bring it back. */
import type { Caller } from '../../auth/caller';
import { grantsOfRole } from '../../auth/key-access';
import { badInput, GatewayError } from '../../errors';
import { refuseBeyond } from '../../graph/permissions';
import type { ServiceAccount } from './service-account.entity';

/**
 * A key does not end itself with its service account; and since a restored one brings its keys back, whatever these may
 * do, it is restored by who may do everything.
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
      `The key of this request is a key of the service account ${JSON.stringify(before.name)}, and would end with it: it could not take that back. Use the key of another administrator.`,
    );
  if (after === null || before.deletedAt === null) return;
  refuseBeyond(access, grantsOfRole(access.table, 'ADMINISTRATOR'));
  if (access.networks.length > 0)
    throw new GatewayError(
      'FORBIDDEN',
      'This key is restricted to networks, and keys of the service account may work beyond them. Use a key without that restriction.',
    );
}
