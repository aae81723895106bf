/** Creates, rotates and revokes an account's keys. */
import { isUuid } from '../../auth/caller';
import type { KeyRole } from '../../auth/key-access';
import { formatKey, hashSecret, newSecret } from '../../auth/key-format';
import { newId } from '../../db/ids';
import { keyQuota } from '../../db/quotas';
import type { Scope } from '../../db/scope';
import { lockPrimaryKeys } from '../../db/statements/api-keys';
import { DatabaseTime, type EntityClass, type Transaction } from '../../db/transaction';
import { badInput, GatewayError, noSuchReference, notFound } from '../../errors';
import type { AccountRow, JsonRecord } from '../../graph/queries/account-row';
import { lockReference } from '../../graph/mutations/references';
import { after, DAY_MS } from '../key-expiry';
import { ServiceAccount } from '../service-account/service-account.entity';
import { ApiKey, type ApiKeyKind, type NewApiKey, type RotatedApiKey } from './api-key.entity';
import { refuseKeyBeyond } from './key-changes';
import { allowedRights, refuseBeginningLate, withinLimits, type KeyRights } from './key-rights';
import { namedRole, roleOfKey } from './key-roles';
import type { RightsInput } from './rights-input';
import { statusOf } from './key-status';

const MAX_LIFETIME_MS = 365 * DAY_MS;

interface KeyValues {
  readonly name: string;
  readonly kind: ApiKeyKind;
  /** ISO 8601; null for a PRIMARY key and for no other. */
  readonly expiresAt: string | null;
  readonly metadata?: JsonRecord;
  readonly rights: KeyRights;
  /** The key that delegates it. */
  readonly parentId?: string;
  /** For a replacement: the first key of its principal. */
  readonly firstKeyId?: string;
  /** The service account that holds it. */
  readonly serviceAccountId?: string | null;
  readonly shadowRole?: KeyRole | null;
  readonly shadowCustomRoleId?: string | null;
}

/** A key as requested by an input, already validated in form. */
export interface KeyInput {
  readonly name: string;
  readonly metadata: JsonRecord;
  readonly rights: RightsInput;
  /** ISO 8601. */
  readonly expiresAt: string;
  readonly serviceAccountId: string | null;
  /** Whether the expiry is the input's; otherwise it is the default. */
  readonly namesExpiry: boolean;
}

const copyOf = (list: readonly string[] | null): string[] | null => list && [...list];

/** The columns with a key's rights. */
export const rightsColumns = ({ resourceTypes, networks, ownerTeams, rowIds, ...rights }: KeyRights) => ({
  role: rights.role,
  customRoleId: rights.customRoleId,
  notBefore: rights.notBefore,
  ratePerMinute: rights.ratePerMinute,
  resourceTypes: copyOf(resourceTypes),
  networks: copyOf(networks),
  ownerTeams: copyOf(ownerTeams),
  rowIds: copyOf(rowIds),
});

/**
 * Stores a new key for an account and returns its secret, which is stored nowhere.
 * @param options last: no statement may follow in the transaction; isCounted: refused beyond the quota of keys, which
 *   replacements are not.
 */
export async function insertKey(
  transaction: Transaction,
  accountId: string,
  { rights, ...values }: KeyValues,
  { last = false, isCounted = false }: { readonly last?: boolean; readonly isCounted?: boolean } = {},
): Promise<NewApiKey> {
  const id = newId();
  const secret = newSecret();
  const createdBy = transaction.scope.caller.keyId;
  const apiKey = await transaction.insert(
    ApiKey,
    { ...values, ...rightsColumns(rights), id, accountId, secretHash: hashSecret(secret), createdBy },
    last,
    isCounted ? keyQuota(transaction.scope.database.quotas) : null,
  );
  return { apiKey, secret: formatKey({ kind: 'account', keyId: id, accountId, secret }) };
}

/** What new rights are checked against. */
export interface KeyRules {
  /** The kinds of rows that a restriction can name. */
  readonly owned: readonly EntityClass<AccountRow>[];
}

/**
 * Rows that are another account's, deleted or outside the caller's own restriction get the same error.
 * @throws GatewayError BAD_USER_INPUT
 */
export async function requireRows(
  transaction: Transaction,
  { owned }: KeyRules,
  rowIds: KeyRights['rowIds'],
): Promise<void> {
  if (rowIds === null) return;
  const seen = new Set<string>();
  for (const entity of owned)
    for (const { id } of await transaction.lockRows(entity, rowIds.filter(isUuid))) seen.add(id);
  const index = rowIds.findIndex((id) => !seen.has(id));
  if (index >= 0) throw noSuchReference(['input', 'rowIds', index], owned.map(({ name }) => name).join(' or '));
}

/** @throws GatewayError BAD_USER_INPUT, FORBIDDEN for rights beyond the caller's. */
export async function createKey(
  scope: Scope,
  rules: KeyRules,
  { name, metadata, rights: wanted, expiresAt, serviceAccountId }: KeyInput,
): Promise<NewApiKey> {
  return scope.write(async (transaction) => {
    const customRole = await namedRole(transaction, wanted);
    const rights = withinLimits(scope.caller, allowedRights(scope.caller, wanted, customRole));
    refuseBeginningLate(rights, expiresAt);
    await requireRows(transaction, rules, rights.rowIds);
    if (serviceAccountId !== null)
      await lockReference(transaction, ServiceAccount, serviceAccountId, ['input', 'serviceAccountId']);
    const values: KeyValues = { name, metadata, rights, expiresAt, serviceAccountId, kind: 'EXPIRING' };
    return insertKey(transaction, scope.requireAccount(), values, { last: true, isCounted: true });
  });
}

const MAX_DELEGATIONS = 5;

/** The earlier of two expiries; null means never. */
const earlier = (left: string | null, right: string | null): string | null =>
  left === null ? right : right === null || Date.parse(left) <= Date.parse(right) ? left : right;

/** No later than the delegating key: a default is shortened, an explicit later expiry is refused. */
function expiryWithin({ expiresAt, revokedAt }: ApiKey, input: KeyInput): string {
  const end = earlier(expiresAt, revokedAt);
  if (end === null || Date.parse(input.expiresAt) <= Date.parse(end)) return input.expiresAt;
  if (!input.namesExpiry) return end;
  throw badInput(['input', 'expiresAt'], `input.expiresAt is later than the end of the key that delegates, ${end}.`);
}

/**
 * Creates a key delegated by the caller's own.
 * @throws GatewayError BAD_USER_INPUT for a master key, a sixth delegation or a lifetime beyond the caller's,
 *   FORBIDDEN for rights beyond the caller's.
 */
export async function delegateKey(scope: Scope, rules: KeyRules, input: KeyInput): Promise<NewApiKey> {
  const { caller } = scope;
  if (caller.isMaster)
    throw new GatewayError(
      'BAD_USER_INPUT',
      'A master key delegates nothing: create a key of the account with createApiKey.',
    );
  if (input.serviceAccountId !== null)
    throw badInput(
      ['input', 'serviceAccountId'],
      'A delegated key already ends with the service account of the key that delegates it: leave out input.serviceAccountId.',
    );
  if (caller.access.line.length > MAX_DELEGATIONS)
    throw new GatewayError(
      'BAD_USER_INPUT',
      `Keys are delegated at most ${MAX_DELEGATIONS} times in a row, and this key is the last: use a key above it.`,
    );
  return scope.write(async (transaction) => {
    const rights = allowedRights(caller, input.rights, await namedRole(transaction, input.rights));
    const [parent] = await transaction.lockRows(ApiKey, [caller.keyId]);
    if (!parent) throw notFound();
    await requireRows(transaction, rules, rights.rowIds);
    const { name, metadata } = input;
    const expiresAt = expiryWithin(parent, input);
    refuseBeginningLate(rights, expiresAt);
    const values = { name, metadata, rights, expiresAt, kind: 'EXPIRING', parentId: parent.id } as const;
    return insertKey(transaction, parent.accountId, values, { isCounted: true });
  });
}

/** The active PRIMARY keys and the key itself, locked. @throws GatewayError NOT_FOUND */
async function lockKey(transaction: Transaction, id: string): Promise<{ key: ApiKey; primaries: string[] }> {
  const rows = await transaction.read(lockPrimaryKeys(transaction.scope.requireAccount()));
  return { key: await transaction.lockRow(ApiKey, id), primaries: rows.map(([primary]) => String(primary)) };
}

function refuseEnded(key: ApiKey): void {
  const status = statusOf(key);
  if (status === 'ACTIVE' && key.revokedAt === null) return;
  const ended = status === 'ACTIVE' ? 'has been replaced already' : `is ${status.toLowerCase()}`;
  throw new GatewayError('CONFLICT', `This key ${ended}: there is nothing to rotate. Create a new key instead.`);
}

/** The key's original lifetime, from now. */
function sameLife({ expiresAt, createdAt }: ApiKey): string | null {
  if (expiresAt === null) return null;
  return after(Math.min(Date.parse(expiresAt) - Date.parse(createdAt), MAX_LIFETIME_MS));
}

/**
 * Replaces a key by one with the same name, kind and lifetime.
 * @param graceSeconds how long the old key stays valid.
 * @throws GatewayError NOT_FOUND, CONFLICT
 */
export async function rotateKey(scope: Scope, id: string, graceSeconds: number): Promise<RotatedApiKey> {
  if (!isUuid(id)) throw notFound();
  return scope.write(async (transaction) => {
    const { key } = await lockKey(transaction, id);
    refuseEnded(key);
    refuseKeyBeyond(scope.caller, key, await roleOfKey(transaction, key));
    const { name, kind, metadata } = key;
    const made = await insertKey(transaction, key.accountId, {
      name,
      kind,
      metadata,
      rights: key,
      expiresAt: sameLife(key),
      firstKeyId: key.firstKeyId ?? key.id,
      serviceAccountId: key.serviceAccountId,
      shadowRole: key.shadowRole,
      shadowCustomRoleId: key.shadowCustomRoleId,
      ...(key.parentId !== null && { parentId: key.parentId }),
    });
    const ending = { replacedBy: made.apiKey.id, revokedAt: DatabaseTime.after(graceSeconds) };
    const replaced = await transaction.update(ApiKey, key, ending, true);
    return { ...made, replaced };
  });
}

/**
 * Permanently revokes a key; revoking it again changes nothing.
 * @throws GatewayError NOT_FOUND, CONFLICT for the last active PRIMARY key.
 */
export async function revokeKey(scope: Scope, id: string): Promise<ApiKey> {
  if (!isUuid(id)) throw notFound();
  return scope.write(async (transaction) => {
    const { key, primaries } = await lockKey(transaction, id);
    if (statusOf(key) === 'REVOKED') return key;
    if (primaries.length === 1 && primaries[0] === key.id) {
      throw new GatewayError(
        'CONFLICT',
        'This is the last active PRIMARY key of the account, and an account without one could not manage itself. Rotate it, or have an operator suspend or close the account.',
      );
    }
    const ending = { revokedAt: DatabaseTime.after(0), revokedBy: scope.caller.keyId };
    return transaction.update(ApiKey, key, ending, true);
  });
}
