/** What a new key may be given: known rights, and never more than whoever makes it has. */
import { z } from 'zod';
import type { Caller } from '../../auth/caller';
import { covers, isEmpty, missing, type Grants, type PermissionTable } from '../../auth/grants';
import { grantsOfRole, ROLES, type KeyAccess, type Role } from '../../auth/key-access';
import { Networks } from '../../auth/networks';
import { beyond } from '../../auth/row-restriction';
import { badInput, GatewayError } from '../../errors';
import { lacksPermissions } from '../../graph/permissions';

const MAX_NETWORKS = 50;
const MAX_TEAMS = 50;
const MAX_TEAM_LENGTH = 255;
const MAX_ROW_IDS = 200;
const MAX_RATE_PER_MINUTE = 1_000_000_000;

/** A role and what keeps the key narrower than it; null restricts nothing. */
export interface KeyRights {
  readonly role: Role;
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
  resourceTypes: null,
  networks: null,
  ownerTeams: null,
  rowIds: null,
  notBefore: null,
  ratePerMinute: null,
};

/** The form of an input's rights; which types there are is known to `allowedRights`. */
export const rightsSchema = z.object({
  role: z.enum(ROLES, { error: `must be one of ${ROLES.join(', ')}` }),
  resourceTypes: z.array(z.string()).min(1, 'must name a resource type, or be left out for all of them').nullish(),
  networks: z
    .array(z.string())
    .min(1, 'must name a network, or be left out for any')
    .max(MAX_NETWORKS, `must have at most ${MAX_NETWORKS} networks`)
    .nullish(),
  ownerTeams: z
    .array(
      z
        .string()
        .refine(
          (team) => team !== '' && [...team].length <= MAX_TEAM_LENGTH,
          `must have 1 to ${MAX_TEAM_LENGTH} characters`,
        ),
    )
    .min(1, 'must name a team, or be left out for any')
    .max(MAX_TEAMS, `must have at most ${MAX_TEAMS} teams`)
    .nullish(),
  rowIds: z
    .array(z.string())
    .min(1, 'must name a row, or be left out for all')
    .max(MAX_ROW_IDS, `must have at most ${MAX_ROW_IDS} ids`)
    .nullish(),
  notBefore: z.string().nullish(),
  ratePerMinute: z.number().int().min(1, 'must be at least 1').max(MAX_RATE_PER_MINUTE).nullish(),
});

function knownTypes(table: PermissionTable, resourceTypes: readonly string[]): readonly string[] {
  resourceTypes.forEach((type, index) => {
    if (!table.types.includes(type))
      throw badInput(
        ['input', 'resourceTypes', index],
        `input.resourceTypes.${index} ${JSON.stringify(type)} is not a resource type: choose from ${table.types.join(', ')}.`,
      );
  });
  return [...new Set(resourceTypes)];
}

function knownNetworks(texts: readonly string[]): Networks {
  const networks = Networks.parse(texts);
  if (networks instanceof Networks) return networks;
  throw badInput(['input', 'networks'], `input.networks: ${networks.join(' ')}`);
}

/** The types on which a key that is itself narrower than its role may do anything; null when it is not narrower. */
function inheritedTypes(table: PermissionTable, { grants }: KeyAccess): readonly string[] | null {
  const reached = grants.READ | grants.RUN | grants.WRITE | grants.ADMIN;
  const types = table.types.filter((type) => (table.maskOf([type]) & reached) !== 0);
  return types.length === table.types.length ? null : types;
}

const grantsOf = (
  table: PermissionTable,
  { role, resourceTypes }: Pick<KeyRights, 'role' | 'resourceTypes'>,
): Grants => {
  const grants = grantsOfRole(table, role);
  return resourceTypes === null ? grants : table.only(grants, resourceTypes);
};

function refuseMore(table: PermissionTable, { access }: Caller, grants: Grants): void {
  if (covers(access.grants, grants)) return;
  throw lacksPermissions(access, table.names(missing(access.grants, grants)));
}

/**
 * The rights that a new key is stored with.
 * @param input checked with `rightsSchema`.
 * @throws GatewayError BAD_USER_INPUT for a type or network that cannot be used, FORBIDDEN for more than the caller has.
 */
export function allowedRights(table: PermissionTable, caller: Caller, input: z.infer<typeof rightsSchema>): KeyRights {
  const { role, notBefore = null, ratePerMinute = null } = input;
  const narrow = caller.isMaster ? null : inheritedTypes(table, caller.access);
  const resourceTypes = input.resourceTypes ? knownTypes(table, input.resourceTypes) : typesOfRole(table, role, narrow);
  const grants = grantsOf(table, { role, resourceTypes });
  if (isEmpty(grants))
    throw badInput(
      ['input', 'resourceTypes'],
      `input.resourceTypes leaves nothing: ${role} has no permission on ${(resourceTypes ?? []).join(', ')}.`,
    );
  const networks = input.networks ? knownNetworks(input.networks) : null;
  if (!caller.isMaster) {
    refuseMore(table, caller, grants);
    if (networks && !caller.access.networks.every((outer) => networks.isWithin(outer)))
      throw badInput(['input', 'networks'], 'input.networks reaches beyond the networks of the key that makes it.');
  }
  const { ownerTeams, rowIds } = restrictedRows(caller, input);
  if ((ownerTeams ?? rowIds) !== null && isEmpty(table.only(grants, table.restrictable)))
    throw badInput(
      ['input', ownerTeams === null ? 'rowIds' : 'ownerTeams'],
      `A key that is restricted to rows reaches ${table.restrictable.join(', ')} only: with this role and these resource types it would reach nothing.`,
    );
  return { role, resourceTypes, networks: networks?.texts ?? null, ownerTeams, rowIds, notBefore, ratePerMinute };
}

/** Which rows the key is restricted to, each named once. @throws GatewayError BAD_USER_INPUT for rows beyond the caller's. */
function restrictedRows(
  { access }: Caller,
  { ownerTeams, rowIds }: Pick<z.infer<typeof rightsSchema>, 'ownerTeams' | 'rowIds'>,
): Pick<KeyRights, 'ownerTeams' | 'rowIds'> {
  const teams = ownerTeams ? [...new Set(ownerTeams)] : null;
  const ids = rowIds ? [...new Set(rowIds.map((id) => id.toLowerCase()))] : null;
  const [team] = beyond(teams ?? [], access.rows?.ownerTeams ?? null);
  if (team !== undefined)
    throw badInput(
      ['input', 'ownerTeams'],
      `input.ownerTeams: the key that makes it does not reach rows of the team ${JSON.stringify(team)}.`,
    );
  return { ownerTeams: teams, rowIds: ids };
}

/** Of the types that the caller reaches, those on which the role may do anything. */
function typesOfRole(table: PermissionTable, role: Role, narrow: readonly string[] | null): readonly string[] | null {
  if (narrow === null) return null;
  const { READ, RUN, WRITE, ADMIN } = grantsOfRole(table, role);
  return narrow.filter((type) => (table.maskOf([type]) & (READ | RUN | WRITE | ADMIN)) !== 0);
}

/** What the key of this request would no longer do keys with, and which part of the input takes it; null for nothing. */
function lossOfAdministration(
  table: PermissionTable,
  address: string,
  rights: KeyRights,
): readonly [field: keyof KeyRights, problem: string] | null {
  const needed = table.grant('ADMIN', ['apiKeys']);
  const without = 'would leave it without apiKeys:admin';
  if (!covers(grantsOfRole(table, rights.role), needed)) return ['role', without];
  if (!covers(grantsOf(table, rights), needed)) return ['resourceTypes', without];
  const rows = (['ownerTeams', 'rowIds'] as const).find((field) => rights[field] !== null);
  if (rows) return [rows, without];
  const networks = rights.networks ? Networks.parse(rights.networks) : null;
  if (networks instanceof Networks && !networks.contains(address))
    return ['networks', `would shut it out from ${address}, where this request comes from`];
  const { notBefore } = rights;
  if (notBefore !== null && Date.parse(notBefore) > Date.now()) return ['notBefore', 'would shut it out until then'];
  return null;
}

/**
 * A key does not take the administration of keys away from itself, nor from a key above it: it could not take that back.
 * @param keyId of the key whose rights are changed.
 * @param address where the request comes from.
 * @throws GatewayError BAD_USER_INPUT
 */
export function refuseLosingAdministration(
  table: PermissionTable,
  { access }: Caller,
  address: string,
  keyId: string,
  rights: KeyRights,
): void {
  if (!access.line.includes(keyId)) return;
  const [field, problem] = lossOfAdministration(table, address, rights) ?? [];
  if (field === undefined) return;
  const whose =
    access.line[0] === keyId ? 'This key is the key of this request' : 'The key of this request comes from this key';
  throw badInput(
    ['input', field],
    `${whose}, and input.${field} ${problem ?? ''}: it could not take the change back. Use the key of another administrator.`,
  );
}

/**
 * Rotating a key shows the secret of its replacement, and changing its rights could end somebody stronger: both are for
 * who could have made such a key.
 * @throws GatewayError FORBIDDEN
 */
export function refuseKeyBeyond(
  table: PermissionTable,
  caller: Caller,
  key: Pick<KeyRights, 'role' | 'resourceTypes' | 'networks'>,
): void {
  if (caller.isMaster) return;
  refuseMore(table, caller, grantsOf(table, key));
  if (caller.access.networks.length === 0) return;
  const networks = Networks.parse(key.networks ?? []);
  if (key.networks && networks instanceof Networks && caller.access.networks.every((outer) => networks.isWithin(outer)))
    return;
  throw new GatewayError(
    'FORBIDDEN',
    'This key is restricted to networks, and the other key works beyond them. Use a key without that restriction.',
  );
}
