/** How a request is authenticated when its cached key is no longer valid. */
import { BruteForceLimiter } from '../auth/brute-force-limiter';
import type { AccountId, KeyRecord } from '../auth/caller';
import { PermissionTable } from '../auth/grants';
import { compileAccess } from '../auth/key-access';
import { formatKey, hashSecret, newSecret } from '../auth/key-format';
import { DenialRecorder } from '../db/denials';
import { requestAuthenticator } from './authenticate-request';

const keyId = '0190a000-0000-7000-8000-000000000001';
const account = { id: '0190a000-0000-7000-8000-00000000000a' as AccountId, slug: 'a', status: 'ACTIVE' } as const;
const secret = newSecret();
const link = {
  id: keyId,
  role: 'VIEWER',
  resourceTypes: null,
  networks: null,
  ratePerMinute: null,
  startsInMs: null,
};
const record: KeyRecord = {
  kind: 'account',
  keyId,
  name: 'a key',
  secretHash: hashSecret(secret),
  endsAt: null,
  account,
  access: compileAccess(new PermissionTable(['agents'], ['agents']), [link], performance.now()),
};

it('a deleted key is refused at its next use, and counted for its account', async () => {
  const written: unknown[] = [];
  const denials = new DenialRecorder(
    { record: (queries) => Promise.resolve(void written.push(queries)) },
    () => undefined,
  );
  const authenticate = requestAuthenticator({
    keys: { cached: () => ({ record, isFresh: false }), fetch: () => Promise.resolve(null) },
    guesses: new BruteForceLimiter(0, { run: (_owner, work) => work() }),
    denials,
    keyUse: { accepted: () => undefined },
  });
  const headers = { 'x-api-key': formatKey({ kind: 'account', keyId, secret }) };
  const refused = async (): Promise<unknown> => authenticate({ requestId: 'r', address: '192.0.2.1', headers });
  await expect(refused()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await denials.close();
  expect(JSON.stringify(written)).toContain(account.id);
});
