/** Who may change a webhook: it exports the audit log, so only a key that may read the whole account, from anywhere. */
import type { Caller } from '../../auth/caller';
import { GatewayError } from '../../errors';
import { refuseBeyond } from '../../graph/permissions';
import type { Webhook } from './webhook.entity';

/**
 * @param after null when it is deleted, which discloses nothing.
 * @throws GatewayError FORBIDDEN
 */
export function authorizeWebhook({ access, isMaster }: Caller, _before: Webhook | null, after: object | null): void {
  if (isMaster || after === null) return;
  refuseBeyond(access, access.table.grant('READ', access.table.types));
  if (access.rows !== null || access.networks.length > 0)
    throw new GatewayError(
      'FORBIDDEN',
      'This key is restricted to rows or networks, and a webhook reveals the whole account to any endpoint. Use a key without that restriction.',
    );
}
