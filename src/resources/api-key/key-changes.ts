/** Which keys a key may change: none with more rights than itself, and never so that it could not undo the change. */
import type { Caller } from '../../auth/caller';
import { covers } from '../../auth/grants';
import { Networks } from '../../auth/networks';
import { badInput, GatewayError } from '../../errors';
import { refuseBeyond } from '../../graph/permissions';
import type { CustomRole } from '../custom-role/custom-role.entity';
import { grantsOfKeyRole, grantsOfRights, type KeyRights } from './key-rights';

/**
 * Rotating a key shows the secret of its replacement, and changing its rights could end a more powerful key: both
 * require that the caller could have created such a key.
 * @param customRole of a CUSTOM key, deleted or not: a restored role grants again.
 * @throws GatewayError FORBIDDEN
 */
export function refuseKeyBeyond(
  { access, isMaster }: Caller,
  key: Pick<KeyRights, 'role' | 'resourceTypes' | 'networks' | 'ratePerMinute'>,
  customRole: CustomRole | null,
): void {
  if (isMaster) return;
  refuseBeyond(access, grantsOfRights(access.table, key, customRole));
  if (access.ratePerMinute !== null && (key.ratePerMinute ?? Infinity) > access.ratePerMinute)
    throw new GatewayError(
      'FORBIDDEN',
      'This key is restricted to a rate (ratePerMinute), and the other key has a higher rate. Use a key without that restriction.',
    );
  if (access.networks.length === 0) return;
  const networks = Networks.parse(key.networks ?? []);
  if (key.networks && networks instanceof Networks && access.networks.every((outer) => networks.isWithin(outer)))
    return;
  throw new GatewayError(
    'FORBIDDEN',
    'This key is restricted to networks, and the other key may be used outside of them. Use a key without that restriction.',
  );
}

/** Of ratePerMinute: enough for the requests that managing keys takes. */
const MIN_ADMINISTRATION_RATE = 100;

interface Loss {
  readonly field: keyof KeyRights;
  /** The end of a sentence whose subject is the field. */
  readonly problem: string;
}

/** What would keep this request's key from managing keys; null if nothing. */
function lossOfAdministration(
  { access: { table } }: Caller,
  address: string,
  rights: KeyRights,
  customRole: CustomRole | null,
): Loss | null {
  const needed = table.grant('ADMIN', ['apiKeys']);
  const without = 'would leave it without apiKeys:admin';
  if (!covers(grantsOfKeyRole(table, rights.role, customRole), needed))
    return { field: rights.role === 'CUSTOM' ? 'customRoleId' : 'role', problem: without };
  if (!covers(grantsOfRights(table, rights, customRole), needed)) return { field: 'resourceTypes', problem: without };
  const rows = (['ownerTeams', 'rowIds'] as const).find((field) => rights[field] !== null);
  if (rows) return { field: rows, problem: without };
  const networks = rights.networks ? Networks.parse(rights.networks) : null;
  if (networks instanceof Networks && !networks.contains(address))
    return { field: 'networks', problem: `would exclude ${address}, from which this request comes` };
  const { notBefore, ratePerMinute } = rights;
  if (ratePerMinute !== null && ratePerMinute < MIN_ADMINISTRATION_RATE)
    return {
      field: 'ratePerMinute',
      problem: `would leave it too low a rate to manage keys, less than ${MIN_ADMINISTRATION_RATE} per minute`,
    };
  const begins = notBefore !== null && Date.parse(notBefore) > Date.now();
  return begins ? { field: 'notBefore', problem: 'would disable it until then' } : null;
}

/**
 * A key cannot remove key administration from itself or from an ancestor: it could not undo that.
 * @param keyId of the key whose rights are changed.
 * @param address the request's client address.
 * @throws GatewayError BAD_USER_INPUT
 */
export function refuseLosingAdministration(
  caller: Caller,
  address: string,
  keyId: string,
  rights: KeyRights,
  customRole: CustomRole | null,
): void {
  const { line } = caller.access;
  if (!line.includes(keyId)) return;
  const loss = lossOfAdministration(caller, address, rights, customRole);
  if (!loss) return;
  const whose =
    line[0] === keyId ? 'This key is the key of this request' : 'The key of this request was delegated from this key';
  throw badInput(
    ['input', loss.field],
    `${whose}, and input.${loss.field} ${loss.problem}: it could not undo the change. Use the key of another administrator.`,
  );
}
