/** What recording the use of keys costs a request: nanoseconds for one key and one field, beside an empty loop. */
import { Caller, parseAccountId, type KeyRecord } from '../../src/auth/caller';
import { PermissionTable } from '../../src/auth/grants';
import { masterAccess } from '../../src/auth/key-access';
import { KeyUsageRecorder } from '../../src/db/keys/key-usage-recorder';
import type { Benchmark, Table } from '../harness/benchmark';
import { settings } from '../harness/settings';
import { spread } from '../harness/statistics';
import type { Database } from '../../src/db/database';

const REQUESTS = 2_000_000;
const KEYS = 200;
const SETTINGS = settings({ rounds: 5 });

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
  const started = process.hrtime.bigint();
  for (let round = 0; round < REQUESTS / KEYS; round += 1) callers.forEach(each);
  return Number(process.hrtime.bigint() - started) / REQUESTS;
}

async function run(): Promise<Table[]> {
  // Nothing is flushed here: flushing is one statement for all keys every twenty seconds.
  const recorder = new KeyUsageRecorder(
    {} as Database,
    (field) => field,
    () => undefined,
  );
  let seen = 0;
  const costs: number[] = [];
  for (let round = 0; round < SETTINGS.rounds; round += 1) {
    const empty = measure((caller) => (seen += caller.keyId.length));
    const recorded = measure((caller) => {
      seen += caller.keyId.length;
      recorder.accepted(caller);
      recorder.used(caller, 'Query.agents', 'READ');
    });
    costs.push(recorded - empty);
  }
  const summary = `${KEYS} keys, ${SETTINGS.rounds} rounds of ${REQUESTS} requests (${seen} characters read)`;
  return [{ summary, head: ['ns per request'], rows: [[spread(costs)]] }];
}

export const benchmark: Benchmark = { description: 'what recording the use of keys costs', run };
