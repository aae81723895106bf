/** What counting the use of keys costs a request: nanoseconds for one acceptance and one field, beside an empty loop. */
import { Caller, parseAccountId, type KeyRecord } from '../src/auth/caller';
import { PermissionTable } from '../src/auth/grants';
import { masterAccess } from '../src/auth/key-access';
import { KeyUsageRecorder } from '../src/db/keys/key-usage-recorder';
import type { Database } from '../src/db/database';

const REQUESTS = 2_000_000;
const KEYS = 200;
const ROUNDS = 5;

const uuid = (index: number): string => `01a20a1e-0000-7000-8000-${String(index).padStart(12, '0')}`;

function callerOf(index: number): Caller {
  const id = parseAccountId(uuid(index));
  if (!id) throw new Error('The made-up id is no UUID');
  const record: KeyRecord = {
    kind: 'account',
    keyId: uuid(index),
    name: 'bench',
    secretHash: Buffer.alloc(32),
    endsAt: null,
    access: masterAccess(new PermissionTable([]), uuid(index)),
    account: { id, slug: `account-${index}`, status: 'ACTIVE' },
  };
  return Caller.verified(record);
}

const callers = Array.from({ length: KEYS }, (_, index) => callerOf(index));

function measure(each: (caller: Caller) => void): number {
  const begun = process.hrtime.bigint();
  for (let round = 0; round < REQUESTS / KEYS; round += 1) callers.forEach(each);
  return Number(process.hrtime.bigint() - begun) / REQUESTS;
}

/** Nothing is flushed here: flushing is one statement for all keys every twenty seconds. */
const book = new KeyUsageRecorder(
  {} as Database,
  (field) => field,
  () => undefined,
);
let seen = 0;
for (let round = 0; round < ROUNDS; round += 1) {
  const empty = measure((caller) => (seen += caller.keyId.length));
  const counted = measure((caller) => {
    seen += caller.keyId.length;
    book.accepted(caller);
    book.used(caller, 'Query.agents', 'READ');
  });
  process.stdout.write(`round ${round + 1}: ${(counted - empty).toFixed(0)} ns a request (${seen} read)\n`);
}
