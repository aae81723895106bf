/** Plans access: each key keeps the least role and resource types that cover its use and that of its descendants. */
import { createHash } from 'node:crypto';
import { covers, union, type Grants, type PermissionTable } from '../../auth/grants';
import {
  compileAccess,
  grantsOfRole,
  KEY_ROLES,
  ROLES,
  type KeyLink,
  type KeyRole,
  type Role,
} from '../../auth/key-access';
import type { Scope } from '../../db/scope';
import { acceptedKeys, countedOnly, firstDecision, permissionsUsed } from '../../db/statements/access-decisions';
import type { Transaction } from '../../db/transaction';
import { badInput, GatewayError } from '../../errors';
import type { AccessPlan, AccessPlanChange } from './access-plan.objects';

/** Keys read at once. */
const PAGE_KEYS = 1_000;
/** Ten times as many as an account has, by default. */
const MAX_KEYS = 10_000;
const MAX_INT = 2_147_483_647;

interface Evidence {
  readonly keyId: string;
  readonly isNew: boolean;
  readonly isUsed: boolean;
  readonly name: string;
  readonly version: number;
  readonly isPrimary: boolean;
  readonly role: KeyRole;
  readonly resourceTypes: readonly string[] | null;
  readonly line: readonly KeyLink[];
}

const evidenceOf = ([id, isNew, isUsed, name, version, kind, role, types, line]: readonly unknown[]): Evidence => ({
  keyId: String(id),
  isNew: isNew === true,
  isUsed: isUsed === true,
  name: String(name),
  version: Number(version),
  isPrimary: kind === 'PRIMARY',
  role: KEY_ROLES.find((each) => each === role) ?? 'CUSTOM',
  resourceTypes: Array.isArray(types) ? types.map(String) : null,
  line: Array.isArray(line) ? (line as readonly KeyLink[]) : [],
});

/** All accepted keys. @throws GatewayError QUOTA_EXCEEDED for more than a plan takes. */
async function acceptedEvidence(
  reader: Pick<Transaction, 'read'>,
  accountId: string,
  since: string,
): Promise<Evidence[]> {
  const keys: Evidence[] = [];
  for (let isLast = false; !isLast;) {
    const page = await reader.read(acceptedKeys(accountId, since, PAGE_KEYS, keys.at(-1)?.keyId ?? null));
    keys.push(...page.map(evidenceOf));
    isLast = page.length < PAGE_KEYS;
    if (keys.length > MAX_KEYS)
      throw new GatewayError(
        'QUOTA_EXCEEDED',
        `The account has more than ${MAX_KEYS} valid keys, and a plan covers all of them. Revoke keys that nobody needs; accessReview lists them page by page.`,
        { maximum: MAX_KEYS },
      );
  }
  return keys;
}

interface LeastRights {
  readonly role: Role;
  readonly resourceTypes: readonly string[] | null;
}

function leastRights(table: PermissionTable, used: Grants): LeastRights | null {
  const role = ROLES.find((each) => covers(grantsOfRole(table, each), used));
  if (role === undefined) return null;
  const anyAction = used.READ | used.RUN | used.WRITE | used.ADMIN;
  const types = table.types.filter((type) => (table.maskOf([type]) & anyAction) !== 0);
  return { role, resourceTypes: types.length === table.types.length ? null : types };
}

/** What each key needs: what it and its descendants were used for. */
function neededBy(
  table: PermissionTable,
  keys: readonly Evidence[],
  used: readonly unknown[][],
): ReadonlyMap<string, Grants> {
  const own = new Map<string, string[]>();
  for (const [keyId, permission] of used)
    own.set(String(keyId), [...(own.get(String(keyId)) ?? []), String(permission)]);
  const needed = new Map<string, Grants>();
  for (const { keyId, line } of keys) {
    const grants = table.parse(own.get(keyId) ?? []);
    for (const { id } of line) needed.set(id, union(needed.get(id) ?? grants, grants));
  }
  return needed;
}

const listed = (types: readonly string[] | null): string => (types === null ? 'all types' : types.join(', '));

function changeOf(
  table: PermissionTable,
  { keyId, isNew, line, name, version, role, resourceTypes }: Evidence,
  needed: Grants | undefined,
  isInUse: boolean,
  mayNarrow: boolean,
): AccessPlanChange | null {
  const as = { keyId, name, version, role, resourceTypes };
  if (!isInUse)
    return isNew
      ? null
      : {
          ...as,
          action: 'END',
          newRole: role,
          newResourceTypes: resourceTypes,
          reason: 'It was not used in this period.',
        };
  const least = needed && mayNarrow ? leastRights(table, needed) : null;
  if (!least || least.resourceTypes?.length === 0) return null;
  const rights: KeyLink = { id: keyId, ...NO_LIMITS, role: least.role, resourceTypes: least.resourceTypes };
  const [present, narrowed] = [line.slice(0, 1), [rights]].map((links) => compileAccess(table, links, 0).grants);
  // Only changes that remove something and add nothing.
  if (!present || !narrowed || !covers(present, narrowed) || covers(narrowed, present)) return null;
  const reason = `${least.role} of ${listed(least.resourceTypes)} covers everything that it, and the keys below it, were used for.`;
  return { ...as, action: 'NARROW', newRole: least.role, newResourceTypes: least.resourceTypes, reason };
}

const NO_LIMITS = { networks: null, ratePerMinute: null, startsInMs: null } as const;

const hashOf = (accountId: string, since: string, changes: readonly AccessPlanChange[]): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        accountId,
        since,
        changes.map(({ action, keyId, version, newRole, newResourceTypes }) => [
          action,
          keyId,
          version,
          newRole,
          newResourceTypes,
        ]),
      ]),
    )
    .digest('base64url');

/**
 * What each key could do without, according to the decision log and its last use. Excludes PRIMARY keys, the ancestors
 * of the request's key, and keys too new to judge.
 * @param since ISO 8601, not in the future.
 * @throws GatewayError BAD_USER_INPUT, QUOTA_EXCEEDED
 */
export async function planAccess(
  scope: Scope,
  reader: Pick<Transaction, 'read'>,
  table: PermissionTable,
  since: string,
): Promise<AccessPlan> {
  if (Date.parse(since) > Date.now()) throw badInput(['since'], `since is in the future: ${since}.`);
  const accountId = scope.requireAccount();
  const keys = await acceptedEvidence(reader, accountId, since);
  const [unrecorded] = await reader.read(countedOnly(accountId, since));
  const [first] = await reader.read(firstDecision(accountId, since));
  const needed = neededBy(table, keys, await reader.read(permissionsUsed(accountId, since)));
  // A key whose children are used is in use.
  const inUse = new Set(keys.filter(({ isUsed }) => isUsed).flatMap(({ line }) => line.map(({ id }) => id)));
  const left = new Set(scope.caller.access.line);
  const unknown = Number(unrecorded?.[0] ?? 0);
  const changes = keys.flatMap((key) => {
    if (key.isPrimary || left.has(key.keyId)) return [];
    const change = changeOf(table, key, needed.get(key.keyId), inUse.has(key.keyId), unknown === 0);
    return change ? [change] : [];
  });
  return {
    accountId,
    hash: hashOf(accountId, since, changes),
    changeId: null,
    since,
    evidenceFrom: typeof first?.[0] === 'string' ? first[0] : null,
    unrecorded: Math.min(MAX_INT, unknown),
    changes,
  };
}
