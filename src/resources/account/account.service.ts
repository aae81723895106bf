/** Creates and changes accounts. */
import { isUuid } from '../../auth/caller';
import { violatedUnique } from '../../db/database-errors';
import type { Scope } from '../../db/scope';
import { sameSlug } from '../../db/statements/same-slug';
import type { Transaction } from '../../db/transaction';
import { GatewayError, notFound } from '../../errors';
import { newId } from '../../db/ids';
import type { JsonRecord } from '../../graph/queries/account-row';
import { checkExpectedVersion } from '../../graph/mutations/write';
import type { ApiKey } from '../api-key/api-key.entity';
import { insertKey } from '../api-key/api-key.service';
import { ADMINISTRATOR_RIGHTS } from '../api-key/key-rights';
import { Account, type AccountStatus } from './account.entity';

interface AccountValues {
  readonly slug: string;
  readonly name: string;
  readonly metadata: JsonRecord;
}

/** @throws GatewayError CONFLICT when the slug is taken. */
export async function createAccount(
  scope: Scope,
  draft: AccountValues,
): Promise<{ account: Account; apiKey: ApiKey; secret: string }> {
  try {
    return await scope.write(async (transaction) => {
      if (scope.database.isDistributed) await refuseTakenSlug(transaction, draft.slug);
      const account = await transaction.insert(Account, { ...draft, id: newId() });
      const key = await insertKey(transaction, account.id, {
        name: 'primary',
        kind: 'PRIMARY',
        expiresAt: null,
        rights: ADMINISTRATOR_RIGHTS,
      });
      return { account, ...key };
    });
  } catch (error) {
    if (violatedUnique(error) === null) throw error;
    throw taken(draft.slug);
  }
}

const taken = (slug: string): GatewayError =>
  new GatewayError('CONFLICT', `An account with the slug ${slug} already exists. Choose another slug.`, {
    path: ['input', 'slug'],
  });

/**
 * Replaces the unique constraint, which cannot be enforced across shards: concurrent creations of an account with this
 * slug wait for each other.
 */
async function refuseTakenSlug(transaction: Transaction, slug: string): Promise<void> {
  const [, same = []] = await transaction.run(sameSlug(slug));
  if (same.length > 0) throw taken(slug);
}

/**
 * Changes the fields present in `input`.
 * @param check returns the whole account as it would be stored, or throws BAD_USER_INPUT.
 * @throws GatewayError NOT_FOUND, VERSION_CONFLICT
 */
export async function changeAccount(
  scope: Scope,
  id: string,
  check: (account: Account) => AccountValues,
  input: object,
  expectedVersion: number | null,
): Promise<Account> {
  if (!isUuid(id)) throw notFound();
  return scope.write(async (transaction) => {
    const account = await transaction.lockRow(Account, id);
    checkExpectedVersion(account, expectedVersion);
    const draft = check(account);
    const patch = Object.fromEntries(Object.entries(draft).filter(([property]) => property in input));
    return transaction.update(Account, account, patch, true);
  });
}

/** The allowed status transitions by operators; repeating one changes nothing. */
const STEPS = {
  suspend: { from: ['ACTIVE'], to: 'SUSPENDED' },
  reactivate: { from: ['SUSPENDED'], to: 'ACTIVE' },
  close: { from: ['ACTIVE', 'SUSPENDED'], to: 'CLOSED' },
  restore: { from: ['CLOSED'], to: 'ACTIVE' },
} as const satisfies Record<string, { from: readonly AccountStatus[]; to: AccountStatus }>;

const REMEDIES: Record<AccountStatus, string> = {
  ACTIVE: 'There is nothing to undo.',
  SUSPENDED: 'Bring it back with reactivateAccount.',
  CLOSED: 'Bring it back with restoreAccount.',
};

/** @throws GatewayError NOT_FOUND, CONFLICT when the account's status does not allow the transition. */
export async function changeStatus(scope: Scope, id: string, step: keyof typeof STEPS): Promise<Account> {
  if (!isUuid(id)) throw notFound();
  const { from, to } = STEPS[step];
  return scope.write(async (transaction) => {
    const account = await transaction.lockRow(Account, id);
    if (account.status === to) return account;
    if (!from.some((status) => status === account.status)) {
      throw new GatewayError(
        'CONFLICT',
        `The account ${account.slug} is ${account.status.toLowerCase()}: it cannot be ${to.toLowerCase()} by ${step}Account. ${REMEDIES[account.status]}`,
      );
    }
    return transaction.update(Account, account, { status: to }, true);
  });
}
