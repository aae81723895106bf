/**
 * What a key may do, from where and from when: its role and restrictions, and those of the keys it was delegated from.
 */
import { GatewayError } from '../errors';
import { intersection, isEmpty, NO_GRANTS, union, type Grants, type PermissionTable } from './grants';
import { Networks } from './networks';
import { intersectRestrictions, type RowRestriction } from './row-restriction';

/** The built-in roles, weakest first; each includes the one before. */
export const ROLES = ['VIEWER', 'RUNNER', 'CREATOR', 'ADMINISTRATOR'] as const;
export type Role = (typeof ROLES)[number];

export const isRole = (text: unknown): text is Role => ROLES.some((role) => role === text);

/** The roles a key can have: a built-in one, or CUSTOM for a role the account defined. */
export const KEY_ROLES = [...ROLES, 'CUSTOM'] as const;
export type KeyRole = (typeof KEY_ROLES)[number];

/** `KeyAccess.role` of a role that was deleted or is invalid. */
const NO_ROLE = 'none';
const MASTER = 'MASTER';

/** Names that custom roles must not have, so that they are unambiguous in messages. */
export const RESERVED_ROLE_NAMES: readonly string[] = [...KEY_ROLES, MASTER, NO_ROLE];

/** A role as messages show it: `VIEWER`, or `"Release manager"` for a custom role. */
export const roleText = (role: string): string => (RESERVED_ROLE_NAMES.includes(role) ? role : JSON.stringify(role));

/** Types that only administrators may read: a frontend's users need not know who holds keys or where events go. */
const ADMINISTRATIVE_TYPES: ReadonlySet<string> = new Set(['apiKeys', 'audit', 'webhooks']);

/** The grants of a role; an invalid role grants nothing. */
export function grantsOfRole(table: PermissionTable, role: unknown): Grants {
  if (!isRole(role)) return NO_GRANTS;
  const { types } = table;
  if (role === 'ADMINISTRATOR')
    return [table.grant('READ', types), table.grant('RUN', types), table.grant('WRITE', types)].reduce(
      union,
      table.grant('ADMIN', types),
    );
  const data = types.filter((type) => !ADMINISTRATIVE_TYPES.has(type));
  const read = table.grant('READ', data);
  if (role === 'VIEWER') return read;
  const run = union(read, table.grant('RUN', data));
  return role === 'RUNNER' ? run : union(run, table.grant('WRITE', data));
}

const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** The grants of a custom role; if any permission is unknown, it grants nothing. */
export function grantsOfPermissions(table: PermissionTable, permissions: unknown): Grants {
  if (!isTextList(permissions) || permissions.some((each) => isEmpty(table.parse([each])))) return NO_GRANTS;
  return table.parse(permissions);
}

/** A key of a delegation chain, as read from the database; no field is trusted to be well formed. */
export interface KeyLink {
  readonly id: string;
  readonly ownerTeams?: unknown;
  readonly rowIds?: unknown;
  readonly role: unknown;
  readonly customRoleId?: unknown;
  readonly roleName?: unknown;
  readonly permissions?: unknown;
  /** The role tried out in shadow mode; null for none. */
  readonly shadowRole?: unknown;
  readonly shadowCustomRoleId?: unknown;
  readonly shadowRoleName?: unknown;
  readonly shadowPermissions?: unknown;
  /** The service account that holds the key, if any. */
  readonly serviceAccountId?: unknown;
  readonly resourceTypes: unknown;
  readonly networks: unknown;
  readonly ratePerMinute: unknown;
  /** Milliseconds until the key becomes valid; null or negative if it already is. */
  readonly startsInMs: unknown;
}

/** The access a key would have with its shadow roles. */
export interface ShadowAccess {
  /** The name of the first shadow role in the chain. */
  readonly role: string;
  readonly grants: Grants;
}

export interface KeyAccess {
  /** The table that defines the bits of the grants. */
  readonly table: PermissionTable;
  /** The name of the key's own role. */
  readonly role: string;
  /** The intersection of the key's grants with those of every key above it. */
  readonly grants: Grants;
  /** What the key could do with its chain's shadow roles, which decide nothing; null if there are none. */
  readonly shadow: ShadowAccess | null;
  /** The rows the key can access; null for all rows of its account. */
  readonly rows: RowRestriction | null;
  /** The caller's address must be in each of these. */
  readonly networks: readonly Networks[];
  /** When the key becomes valid, as `performance.now()`; null if it already is. */
  readonly startsAtMs: number | null;
  readonly ratePerMinute: number | null;
  /** Keys above this one that have a rate limit; each limit also counts the requests of all keys below. */
  readonly limitsAbove: readonly { readonly keyId: string; readonly ratePerMinute: number }[];
  /** The key and every key above it, starting with itself. */
  readonly line: readonly string[];
  /** Ids this access depends on (keys of the chain, their roles and holders): a change to any of them changes it. */
  readonly madeOf: readonly string[];
}

/** Null or undefined means no restriction; an invalid value allows no network. */
function networksOf(value: unknown): Networks[] {
  if (value === null || value === undefined) return [];
  const networks = isTextList(value) ? Networks.parse(value) : null;
  return [networks instanceof Networks ? networks : Networks.none];
}

function grantsOf(table: PermissionTable, { role, permissions, resourceTypes }: KeyLink): Grants {
  const grants = role === 'CUSTOM' ? grantsOfPermissions(table, permissions) : grantsOfRole(table, role);
  if (resourceTypes === null || resourceTypes === undefined) return grants;
  return isTextList(resourceTypes) ? table.only(grants, resourceTypes) : NO_GRANTS;
}

function roleOf({ role, roleName }: KeyLink): string {
  const name = role === 'CUSTOM' ? roleName : role;
  return typeof name === 'string' ? name : NO_ROLE;
}

const hasShadow = ({ shadowRole }: KeyLink): boolean => shadowRole !== null && shadowRole !== undefined;

/** The link with its shadow role, if any, in place of its own role. */
const inShadow = (link: KeyLink): KeyLink =>
  hasShadow(link)
    ? { ...link, role: link.shadowRole, roleName: link.shadowRoleName, permissions: link.shadowPermissions }
    : link;

/** The intersection of a chain's grants, limited to types that row restrictions can be applied to. */
function grantsOfLine(table: PermissionTable, links: readonly KeyLink[], rows: RowRestriction | null): Grants {
  const grants = links.length === 0 ? NO_GRANTS : links.map((link) => grantsOf(table, link)).reduce(intersection);
  // Without this, types that no row restriction applies to would be open for the whole account.
  return rows === null ? grants : table.only(grants, table.restrictable);
}

function shadowOf(table: PermissionTable, links: readonly KeyLink[], rows: RowRestriction | null): ShadowAccess | null {
  const shadowed = links.find(hasShadow);
  return shadowed ? { role: roleOf(inShadow(shadowed)), grants: grantsOfLine(table, links.map(inShadow), rows) } : null;
}

function lowest(values: readonly unknown[]): number | null {
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length === 0 ? null : Math.min(...numbers);
}

/**
 * Computes a key's access, once per lookup.
 * @param links the key, then the key that delegated it, and so on; an empty list grants nothing.
 * @param sinceMs when the lookup began, as `performance.now()`.
 */
export function compileAccess(table: PermissionTable, links: readonly KeyLink[], sinceMs: number): KeyAccess {
  const [own] = links;
  const starts = links.map(({ startsInMs }) => (typeof startsInMs === 'number' ? startsInMs : 0));
  const latestStart = Math.max(0, ...starts);
  const rows = intersectRestrictions(links.map(({ ownerTeams, rowIds }) => ({ ownerTeams, rowIds })));
  return {
    table,
    role: own ? roleOf(own) : NO_ROLE,
    grants: grantsOfLine(table, links, rows),
    shadow: shadowOf(table, links, rows),
    rows,
    networks: links.flatMap(({ networks }) => networksOf(networks)),
    startsAtMs: latestStart > 0 ? sinceMs + latestStart : null,
    ratePerMinute: lowest(links.map(({ ratePerMinute }) => ratePerMinute)),
    limitsAbove: links
      .slice(1)
      .flatMap(({ id, ratePerMinute }) => (typeof ratePerMinute === 'number' ? [{ keyId: id, ratePerMinute }] : [])),
    line: links.map(({ id }) => id),
    madeOf: links
      .flatMap(({ id, customRoleId, shadowCustomRoleId, serviceAccountId }) => [
        id,
        customRoleId,
        shadowCustomRoleId,
        serviceAccountId,
      ])
      .filter((each) => typeof each === 'string'),
  };
}

/** The access of a master key, which is not limited by a role. */
export const masterAccess = (table: PermissionTable, keyId: string): KeyAccess => ({
  ...compileAccess(
    table,
    [{ id: keyId, role: 'ADMINISTRATOR', resourceTypes: null, networks: null, ratePerMinute: null, startsInMs: null }],
    0,
  ),
  role: MASTER,
});

const notAllowed = (message: string): GatewayError => new GatewayError('FORBIDDEN', message, { http: { status: 403 } });

/**
 * Why a key may not be used for any operation; null if it may.
 * @param address null if unknown: networks are then not checked.
 * @param nowMs the time of use, on the same clock as `startsAtMs`.
 */
export function useProblem(
  { networks, startsAtMs }: Pick<KeyAccess, 'networks' | 'startsAtMs'>,
  address: string | null,
  nowMs: number,
): string | null {
  if (startsAtMs !== null && startsAtMs > nowMs) return 'This key is not valid yet: its notBefore is in the future.';
  if (address !== null && networks.some((each) => !each.contains(address)))
    return `This key may not be used from ${address}: it is restricted to networks that do not contain it.`;
  return null;
}

/** @throws GatewayError FORBIDDEN for a key used from a network that is not allowed, or before it is valid. */
export function refuseRestrictedUse(access: KeyAccess, address: string): void {
  const problem = useProblem(access, address, performance.now());
  if (problem !== null) throw notAllowed(problem);
}
