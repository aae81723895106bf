/** Creating and changing accounts. */
import { isUuid } from '../../auth/caller';
import { violatedUnique } from '../../db/failure';
import type { Scope } from '../../db/scope';
import { GatewayError, notFound } from '../../errors';
import { newId } from '../../db/ids';
import type { JsonRecord } from '../../graph/row';
import { refuseStale } from '../../graph/write';
import type { ApiKey } from '../api-key/api-key.entity';
import { insertKey } from '../api-key/api-key.service';
import { Account, type AccountStatus } from './account.entity';

interface AccountDraft {
  readonly slug: string;
  readonly name: string;
  readonly metadata: JsonRecord;
}

/** @throws GatewayError CONFLICT when the slug is taken. */
export async function createAccount(
  scope: Scope,
  draft: AccountDraft,
): Promise<{ account: Account; apiKey: ApiKey; secret: string }> {
  try {
    return await scope.write(async (transaction) => {
      const [account] = await transaction.insert(Account, [{ ...draft, id: newId() }]);
      if (!account) throw notFound();
      const key = await insertKey(transaction, account.id, { name: 'primary', kind: 'PRIMARY', expiresInDays: 0 });
      return { account, ...key };
    });
  } catch (error) {
    if (violatedUnique(error) === null) throw error;
    throw new GatewayError('CONFLICT', `An account with the slug ${draft.slug} already exists. Choose another slug.`, {
      path: ['input', 'slug'],
    });
  }
}

/**
 * Changes what `input` names.
 * @param check gives the whole account as it would be stored, or throws BAD_USER_INPUT.
 * @throws GatewayError NOT_FOUND, VERSION_CONFLICT
 */
export async function changeAccount(
  scope: Scope,
  id: string,
  check: (account: Account) => AccountDraft,
  input: object,
  expectedVersion: number | null,
): Promise<Account> {
  if (!isUuid(id)) throw notFound();
  return scope.write(async (transaction) => {
    const account = await transaction.lockRow(Account, id);
    refuseStale(account, expectedVersion);
    const draft = check(account);
    const patch = Object.fromEntries(Object.entries(draft).filter(([property]) => property in input));
    return transaction.update(Account, account, patch);
  });
}

/** @throws GatewayError NOT_FOUND */
export async function changeStatus(scope: Scope, id: string, status: AccountStatus): Promise<Account> {
  if (!isUuid(id)) throw notFound();
  return scope.write(async (transaction) => {
    const account = await transaction.lockRow(Account, id);
    return account.status === status ? account : transaction.update(Account, account, { status });
  });
}
