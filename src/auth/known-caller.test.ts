/** The gateway identifies a caller without the database only if `authenticate` would accept it. */
import { knownCaller, type KeyHeaders } from './authenticate';
import type { AccountId, KeyRecord } from './caller';
import { PermissionTable } from './grants';
import { compileAccess, type KeyLink } from './key-access';
import { formatKey, hashSecret, newSecret } from './key-format';

const keyId = '0190a000-0000-7000-8000-000000000001';
const account = { id: '0190a000-0000-7000-8000-00000000000a' as AccountId, slug: 'a', status: 'ACTIVE' } as const;
const secret = newSecret();
const key = formatKey({ kind: 'account', keyId, secret });
const link: KeyLink = {
  id: keyId,
  role: 'VIEWER',
  resourceTypes: null,
  networks: null,
  ratePerMinute: null,
  startsInMs: null,
};
const accessOf = (restriction: Partial<KeyLink>): KeyRecord['access'] =>
  compileAccess(new PermissionTable(['agents'], ['agents']), [{ ...link, ...restriction }], performance.now());
const record: KeyRecord = {
  kind: 'account',
  keyId,
  name: 'a key',
  secretHash: hashSecret(secret),
  endsAt: null,
  account,
  access: accessOf({}),
};

const isKnown = (headers: KeyHeaders, stored: KeyRecord | null = record, isFresh = true): boolean =>
  knownCaller(headers, {
    cached: (id) => (stored && id === keyId ? { record: stored, isFresh } : null),
    fetch: () => Promise.reject(new Error('It was looked up')),
  }) !== null;

it('a caller with a recently accepted key is known', () => {
  expect([isKnown({ 'x-api-key': key }), isKnown({ authorization: `Bearer ${key}` })]).toEqual([true, true]);
  expect(isKnown({ 'x-api-key': formatKey({ kind: 'account', keyId, accountId: account.id, secret }) })).toBe(true);
});

it.each([
  ['without a key', {}, record],
  ['with two keys', { 'x-api-key': key, authorization: `Bearer ${key}` }, record],
  ['with another secret', { 'x-api-key': formatKey({ kind: 'account', keyId, secret: newSecret() }) }, record],
  [
    'that names another account',
    { 'x-api-key': formatKey({ kind: 'account', keyId, accountId: keyId, secret }) },
    record,
  ],
  ['of another kind', { 'x-api-key': formatKey({ kind: 'master', keyId, secret }) }, record],
  ['not seen recently', { 'x-api-key': key }, null],
  ['that has ended', { 'x-api-key': key }, { ...record, endsAt: performance.now() - 1 }],
  [
    'of a suspended account',
    { 'x-api-key': key },
    { ...record, account: { ...account, status: 'SUSPENDED' as const } },
  ],
  ['restricted to networks', { 'x-api-key': key }, { ...record, access: accessOf({ networks: ['10.0.0.0/8'] }) }],
  ['that is not valid yet', { 'x-api-key': key }, { ...record, access: accessOf({ startsInMs: 60_000 }) }],
])('a key %s is authenticated in full', (_name, headers: KeyHeaders, stored) => {
  expect(isKnown(headers, stored)).toBe(false);
});

it('a key whose row may have changed is authenticated in full', () => {
  expect(isKnown({ 'x-api-key': key }, record, false)).toBe(false);
});
