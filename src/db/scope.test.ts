/** A scope refuses access by itself, even if the directives had let it pass. */
import { Caller, parseAccountId, type AccountId, type KeyRecord } from '../auth/caller';
import { PermissionTable } from '../auth/grants';
import { masterAccess } from '../auth/key-access';
import type { RequestContext } from '../graph/request-context';
import { policy } from '../graph/policy';
import { Database } from './database';
import { Scope } from './scope';

const accountId = (text: string): AccountId => {
  const id = parseAccountId(text);
  if (id === null) throw new Error('An account has an id');
  return id;
};

const OWN = accountId('01890000-0000-7000-8000-000000000001');
const OTHER = accountId('01890000-0000-7000-8000-000000000002');

const keyOf = (kind: KeyRecord['kind']): Caller =>
  Caller.verified({
    kind,
    keyId: OWN,
    name: 'test',
    secretHash: Buffer.alloc(32),
    endsAt: null,
    access: masterAccess(new PermissionTable([]), OWN),
    account: kind === 'account' ? { id: OWN, slug: 'own', status: 'ACTIVE' } : null,
  });

const ORIGIN = { requestId: 'test', address: '', operationName: null, reason: null, access: null };
// Neither is reached: the scope is refused before any query.
const DATABASE: Database = Object.create(Database.prototype);
const contextOf = (caller: Caller): RequestContext => {
  const context: RequestContext = Object.assign(Object.create(null), { caller, origin: ORIGIN });
  return context;
};

describe('an account key', () => {
  it('gets no scope of another account', () => {
    expect(() => Scope.within(DATABASE, keyOf('account'), ORIGIN, OTHER)).toThrow('cannot access that account');
    expect(Scope.within(DATABASE, keyOf('account'), ORIGIN, OWN).accountId).toBe(OWN);
  });

  it('gets no scope of all accounts', () => {
    expect(() => Scope.everywhere(DATABASE, keyOf('account'), ORIGIN)).toThrow('Only a master key');
  });

  it('is not accepted as a master key', () => {
    expect(() => policy.requireMaster(contextOf(keyOf('account')), 'Query.accounts')).toThrow(
      'Query.accounts is for master keys; this is an account key.',
    );
  });

  it('works as the tenant role, and its scope covers only its own account', () => {
    const scope = Scope.within(DATABASE, keyOf('account'), ORIGIN, OWN);
    expect([scope.role, scope.covers(OWN), scope.covers(OTHER)]).toEqual(['tenant', true, false]);
  });
});

it('a master key gets no scope in a request whose access is not logged', () => {
  expect(() => Scope.everywhere(DATABASE, keyOf('master'), ORIGIN)).toThrow('has no access log');
  expect(() => Scope.within(DATABASE, keyOf('master'), ORIGIN, OWN)).toThrow('has no access log');
});
