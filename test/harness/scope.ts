/** A scope of one account, as its key would have, for tests below the API. */
import { Caller, parseAccountId } from '../../src/auth/caller';
import { PermissionTable } from '../../src/auth/grants';
import { masterAccess } from '../../src/auth/key-access';
import type { Database } from '../../src/db/database';
import { Scope } from '../../src/db/scope';
import type { UnitOfWork } from '../../src/db/unit-of-work';

export function scopeOfAccount(database: Database, account: string, unitOfWork: UnitOfWork | null = null): Scope {
  const accountId = parseAccountId(account);
  if (!accountId) throw new Error('An account has an id');
  const caller = Caller.verified({
    kind: 'account',
    keyId: accountId,
    name: 'test',
    secretHash: Buffer.alloc(32),
    endsAt: null,
    access: masterAccess(new PermissionTable([]), accountId),
    account: { id: accountId, slug: 'acme', status: 'ACTIVE' },
  });
  const origin = { requestId: 'test', address: '', operationName: null, reason: null, access: null };
  return Scope.within(database, caller, origin, accountId, unitOfWork);
}
