/** The rights a new key may get: known ones, and never more than its creator has. */
import type { Caller } from '../../auth/caller';
import { isEmpty, type Grants, type PermissionTable } from '../../auth/grants';
import { grantsOfPermissions, grantsOfRole, roleText, type KeyAccess, type KeyRole } from '../../auth/key-access';
import { Networks } from '../../auth/networks';
import { beyond } from '../../auth/row-restriction';
import { badInput } from '../../errors';
import { refuseBeyond } from '../../graph/permissions';
import type { CustomRole } from '../custom-role/custom-role.entity';
import type { RightsInput } from './rights-input';

/** A role and what narrows the key further; null restricts nothing. */
export interface KeyRights {
  readonly role: KeyRole;
  /** With CUSTOM, the account's role. */
  readonly customRoleId: string | null;
  readonly resourceTypes: readonly string[] | null;
  readonly networks: readonly string[] | null;
  readonly ownerTeams: readonly string[] | null;
  readonly rowIds: readonly string[] | null;
  /** ISO 8601. */
  readonly notBefore: string | null;
  readonly ratePerMinute: number | null;
}

export const ADMINISTRATOR_RIGHTS: KeyRights = {
  role: 'ADMINISTRATOR',
  customRoleId: null,
  resourceTypes: null,
  networks: null,
  ownerTeams: null,
  rowIds: null,
  notBefore: null,
  ratePerMinute: null,
};

/** @param root path of the input. @throws GatewayError BAD_USER_INPUT */
export function knownTypes(
  table: PermissionTable,
  resourceTypes: readonly string[],
  root = 'input',
): readonly string[] {
  resourceTypes.forEach((type, index) => {
    if (!table.types.includes(type))
      throw badInput(
        [root, 'resourceTypes', index],
        `${root}.resourceTypes.${index} ${JSON.stringify(type)} is not a resource type: choose from ${table.types.join(', ')}.`,
      );
  });
  return [...new Set(resourceTypes)];
}

/** @param root path of the input. @throws GatewayError BAD_USER_INPUT */
export function knownNetworks(texts: readonly string[], root = 'input'): Networks {
  const networks = Networks.parse(texts);
  if (networks instanceof Networks) return networks;
  throw badInput([root, 'networks'], `${root}.networks: ${networks.join(' ')}`);
}

const typesIn = (table: PermissionTable, { READ, RUN, WRITE, ADMIN }: Grants): readonly string[] =>
  table.types.filter((type) => (table.maskOf([type]) & (READ | RUN | WRITE | ADMIN)) !== 0);

/** The types on which a key narrower than its role may do anything; null when it is not narrower. */
function inheritedTypes({ table, grants }: KeyAccess): readonly string[] | null {
  const types = typesIn(table, grants);
  return types.length === table.types.length ? null : types;
}

/** What a key's role grants. @param customRole of a CUSTOM key; null when it no longer exists, which grants nothing. */
export const grantsOfKeyRole = (table: PermissionTable, role: KeyRole, customRole: CustomRole | null): Grants =>
  role === 'CUSTOM' ? grantsOfPermissions(table, customRole?.permissions) : grantsOfRole(table, role);

export function grantsOfRights(
  table: PermissionTable,
  { role, resourceTypes }: Pick<KeyRights, 'role' | 'resourceTypes'>,
  customRole: CustomRole | null,
): Grants {
  const grants = grantsOfKeyRole(table, role, customRole);
  return resourceTypes === null ? grants : table.only(grants, resourceTypes);
}

/**
 * The rights that a new key is stored with.
 * @param customRole named by the input, if any.
 * @throws GatewayError BAD_USER_INPUT for a type or network that cannot be used, FORBIDDEN for more than the caller
 *   has.
 */
export function allowedRights(
  { access, isMaster }: Caller,
  input: RightsInput,
  customRole: CustomRole | null,
): KeyRights {
  const { table } = access;
  const { role, customRoleId = null, notBefore = null, ratePerMinute = null } = input;
  const ofRole = grantsOfKeyRole(table, role, customRole);
  const narrow = isMaster ? null : inheritedTypes(access);
  const reached = narrow && typesIn(table, ofRole).filter((type) => narrow.includes(type));
  const resourceTypes = input.resourceTypes ? knownTypes(table, input.resourceTypes) : reached;
  const grants = resourceTypes === null ? ofRole : table.only(ofRole, resourceTypes);
  if (isEmpty(grants)) {
    const name = roleText(customRole?.name ?? role);
    const why =
      resourceTypes === null ? `${name} has no permission` : `${name} has no permission on ${resourceTypes.join(', ')}`;
    throw badInput(['input', 'resourceTypes'], `input.resourceTypes leaves nothing: ${why}.`);
  }
  const networks = input.networks ? knownNetworks(input.networks) : null;
  if (!isMaster) {
    refuseBeyond(access, grants);
    if (networks && !access.networks.every((outer) => networks.isWithin(outer)))
      throw badInput(['input', 'networks'], 'input.networks exceeds the networks of the key that creates it.');
  }
  const { ownerTeams, rowIds } = restrictedRows(access, input);
  if ((ownerTeams ?? rowIds) !== null && isEmpty(table.only(grants, table.restrictable)))
    throw badInput(
      ['input', ownerTeams === null ? 'rowIds' : 'ownerTeams'],
      `A key that is restricted to rows can access only ${table.restrictable.join(', ')}: with this role and these resource types it could access nothing.`,
    );
  return {
    role,
    customRoleId,
    resourceTypes,
    networks: networks?.texts ?? null,
    ownerTeams,
    rowIds,
    notBefore,
    ratePerMinute,
  };
}

/**
 * The rows a key is restricted to, without duplicates. @throws GatewayError BAD_USER_INPUT for rows beyond the
 * caller's.
 */
function restrictedRows(
  { rows }: KeyAccess,
  { ownerTeams, rowIds }: Pick<RightsInput, 'ownerTeams' | 'rowIds'>,
): Pick<KeyRights, 'ownerTeams' | 'rowIds'> {
  const teams = ownerTeams ? [...new Set(ownerTeams)] : null;
  const ids = rowIds ? [...new Set(rowIds.map((id) => id.toLowerCase()))] : null;
  const [team] = beyond(teams ?? [], rows?.ownerTeams ?? null);
  if (team !== undefined)
    throw badInput(
      ['input', 'ownerTeams'],
      `input.ownerTeams: the key that creates it cannot access rows of the team ${JSON.stringify(team)}.`,
    );
  return { ownerTeams: teams, rowIds: ids };
}

/**
 * @param expiresAt of the key; null for never. @throws GatewayError BAD_USER_INPUT for a key that starts after it
 *   expires.
 */
export function refuseBeginningLate({ notBefore }: KeyRights, expiresAt: string | null): void {
  if (notBefore === null || expiresAt === null || Date.parse(notBefore) < Date.parse(expiresAt)) return;
  throw badInput(
    ['input', 'notBefore'],
    `input.notBefore is not before ${expiresAt}, when the key expires: it would never work.`,
  );
}

/**
 * The same rights within the caller's networks and rate, for keys that do not descend from it: what the input omits is
 * taken from the caller.
 * @throws GatewayError BAD_USER_INPUT for a higher rate, or when no single list of networks expresses the caller's.
 */
export function withinLimits({ access }: Caller, rights: KeyRights): KeyRights {
  const { networks: outer, ratePerMinute: most } = access;
  const { ratePerMinute, networks } = rights;
  if (most !== null && ratePerMinute !== null && ratePerMinute > most)
    throw badInput(
      ['input', 'ratePerMinute'],
      `input.ratePerMinute is more than ${most}, the rate of the key that creates it.`,
    );
  const narrowest = outer.find((each) => outer.every((other) => each.isWithin(other)));
  if (networks === null && outer.length > 0 && !narrowest)
    throw badInput(
      ['input', 'networks'],
      'input.networks is required: the key that creates it is restricted to networks.',
    );
  return {
    ...rights,
    ratePerMinute: ratePerMinute ?? most,
    networks: networks ?? narrowest?.texts ?? null,
  };
}
