/** What one key may do, from where and from when: its role and restrictions, and those of the keys that delegated it. */
import { GatewayError } from '../errors';
import { intersection, isEmpty, NO_GRANTS, union, type Grants, type PermissionTable } from './grants';
import { Networks } from './networks';
import { intersectRestrictions, type RowRestriction } from './row-restriction';

/** What comes with the product, weakest first; each may do what the one before it may. */
export const ROLES = ['VIEWER', 'RUNNER', 'CREATOR', 'ADMINISTRATOR'] as const;
export type Role = (typeof ROLES)[number];

export const isRole = (text: unknown): text is Role => ROLES.some((role) => role === text);

/** What a key can have: one of these roles, or CUSTOM for a role of its account's own. */
export const KEY_ROLES = [...ROLES, 'CUSTOM'] as const;
export type KeyRole = (typeof KEY_ROLES)[number];

/** What `KeyAccess.role` says where there is no role: it was deleted, or is not understood. */
const NO_ROLE = 'none';
const MASTER = 'MASTER';

/** Names that no role of an account's own may have: who reads one of them in a message must know what it means. */
export const RESERVED_ROLE_NAMES: readonly string[] = [...KEY_ROLES, MASTER, NO_ROLE];

/** A role as messages name it: `VIEWER`, or `"Release manager"` of an account's own. */
export const roleText = (role: string): string => (RESERVED_ROLE_NAMES.includes(role) ? role : JSON.stringify(role));

/** Types that only administrators may read: who they hold for, a frontend's users need not know. */
const ADMINISTRATIVE_TYPES: ReadonlySet<string> = new Set(['apiKeys', 'audit']);

/** The grants of a role; what is no role grants nothing. */
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

/** The grants of a role of an account's own; one that holds anything but known permissions grants nothing. */
export function grantsOfPermissions(table: PermissionTable, permissions: unknown): Grants {
  if (!isTextList(permissions) || permissions.some((each) => isEmpty(table.parse([each])))) return NO_GRANTS;
  return table.parse(permissions);
}

/** One key of a line of delegation as the database gives it. Nothing of it is trusted to be well formed. */
export interface KeyLink {
  readonly id: string;
  readonly ownerTeams?: unknown;
  readonly rowIds?: unknown;
  readonly role: unknown;
  /** Of a role of its account's own. */
  readonly customRoleId?: unknown;
  readonly roleName?: unknown;
  readonly permissions?: unknown;
  /** The role that it is tried with: null for none. */
  readonly shadowRole?: unknown;
  readonly shadowCustomRoleId?: unknown;
  readonly shadowRoleName?: unknown;
  readonly shadowPermissions?: unknown;
  /** Who holds it, besides itself. */
  readonly serviceAccountId?: unknown;
  readonly resourceTypes: unknown;
  readonly networks: unknown;
  readonly ratePerMinute: unknown;
  /** Milliseconds until the key may be used; null or negative when it may. */
  readonly startsInMs: unknown;
}

/** What a key would have with other roles than its own. */
export interface ShadowAccess {
  /** Name of the first shadow role of its line. */
  readonly role: string;
  readonly grants: Grants;
}

export interface KeyAccess {
  /** What the bits of its grants stand for. */
  readonly table: PermissionTable;
  /** The role of the key itself, by its name. */
  readonly role: string;
  /** The intersection of its grants and those of every key above it. */
  readonly grants: Grants;
  /** What it would have with the shadow roles of its line, which decide nothing; null where none has one. */
  readonly shadow: ShadowAccess | null;
  /** Which rows it reaches; null for all of its account's. */
  readonly rows: RowRestriction | null;
  /** The caller's address must be in each of these. */
  readonly networks: readonly Networks[];
  /** When it begins to work, in milliseconds of `performance.now()`; null when it does already. */
  readonly startsAtMs: number | null;
  readonly ratePerMinute: number | null;
  /** The keys above it that have a limit of their own, which counts what all keys below them ask for. */
  readonly limitsAbove: readonly { readonly keyId: string; readonly ratePerMinute: number }[];
  /** The key and every key above it, itself first. */
  readonly line: readonly string[];
  /** Ids of all that its access is made of, the keys of its line, their roles and their holders: a change of any of them changes it. */
  readonly madeOf: readonly string[];
}

/** Null and absent restrict nothing; what cannot be read restricts to nothing. */
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

/** The link with its shadow role, if it has one, in place of its own. */
const inShadow = (link: KeyLink): KeyLink =>
  hasShadow(link)
    ? { ...link, role: link.shadowRole, roleName: link.shadowRoleName, permissions: link.shadowPermissions }
    : link;

/** The intersection of a line, of which restrictions to rows leave what they can be followed for. */
function grantsOfLine(table: PermissionTable, links: readonly KeyLink[], rows: RowRestriction | null): Grants {
  const grants = links.length === 0 ? NO_GRANTS : links.map((link) => grantsOf(table, link)).reduce(intersection);
  // What no restriction follows would be the whole account's.
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
 * Compiles the access of a key, once each time that it is looked up.
 * @param links the key, then the key that delegated it, and so on; an empty line may do nothing.
 * @param sinceMs when the look-up began, in milliseconds of `performance.now()`.
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

/** The access of a master key, which no role limits. */
export const masterAccess = (table: PermissionTable, keyId: string): KeyAccess => ({
  ...compileAccess(
    table,
    [{ id: keyId, role: 'ADMINISTRATOR', resourceTypes: null, networks: null, ratePerMinute: null, startsInMs: null }],
    0,
  ),
  role: MASTER,
});

const notAllowed = (message: string): GatewayError => new GatewayError('FORBIDDEN', message, { http: { status: 403 } });

/** @throws GatewayError FORBIDDEN for a key that is used from elsewhere, or too early. */
export function refuseRestrictedUse({ networks, startsAtMs }: KeyAccess, address: string): void {
  if (startsAtMs !== null && startsAtMs > performance.now())
    throw notAllowed('This key does not work yet: it was created to begin later (notBefore).');
  if (networks.some((each) => !each.contains(address)))
    throw notAllowed(`This key may not be used from ${address}: it is restricted to networks that do not contain it.`);
}
