/** Decisions are counted in bounded memory, and no account's decisions depend on those of another. */
import { Caller, parseAccountId } from '../auth/caller';
import { PermissionTable } from '../auth/grants';
import { compileAccess } from '../auth/key-access';
import type { Database } from './database';
import { DecisionRecorder, type Requirement } from './decisions';

interface Row {
  readonly accountId: string;
  readonly keyId: string | null;
  readonly operation: string;
  readonly permissions: readonly string[];
  readonly missing: readonly string[] | null;
  readonly count: number;
}

const table = new PermissionTable(['agents', 'tools']);
const FLOODING = '01890000-0000-7000-8000-000000000001';
const QUIET = '01890000-0000-7000-8000-000000000002';

function callerOf(accountId: string, keyId: string): Caller {
  const id = parseAccountId(accountId);
  if (!id) throw new Error('no account');
  const link = {
    id: keyId,
    role: 'VIEWER',
    resourceTypes: null,
    networks: null,
    ratePerMinute: null,
    startsInMs: null,
  };
  return Caller.verified({
    kind: 'account',
    keyId,
    name: '',
    secretHash: Buffer.alloc(32),
    endsAt: null,
    account: { id, slug: '', status: 'ACTIVE' },
    access: compileAccess(table, [link], 0),
  });
}

const asks = (operation: string, permission: string): Requirement => ({
  grants: table.parse([permission]),
  operation,
  permissions: [permission],
});

/** @returns a recorder, and what it wrote; the first writes fail. */
function recorder(days = 30, failures = 0): { readonly recorder: DecisionRecorder; readonly written: Row[] } {
  const written: Row[] = [];
  let left = failures;
  const database: Pick<Database, 'record' | 'isDistributed'> = {
    isDistributed: false,
    record: (queries) => {
      if (left-- > 0) return Promise.reject(new Error('The database is unavailable'));
      const kinds = queries.find(({ text }) => text.includes('api_key'));
      if (kinds) written.push(...(JSON.parse(String(kinds.values[0])) as Row[]));
      return Promise.resolve();
    },
  };
  return { recorder: new DecisionRecorder(database, days, () => undefined), written };
}

const counted = (rows: readonly Row[]): number => rows.reduce((sum, { count }) => sum + count, 0);

it('groups equal decisions, and distinguishes refused ones', async () => {
  const { recorder: log, written } = recorder();
  const key = callerOf(QUIET, 'k');
  for (let turn = 0; turn < 3; turn += 1) log.record(key, asks('Query.tools', 'tools:read'));
  log.record(key, asks('Mutation.createTool', 'tools:write'));
  await log.close();
  expect(written.map(({ operation, missing, count }) => [operation, missing, count])).toEqual([
    ['Query.tools', null, 3],
    ['Mutation.createTool', ['tools:write'], 1],
  ]);
});

it('limits a flood of one account with a correct sum, separately from another account, even after a failed write', async () => {
  const { recorder: log, written } = recorder(30, 1);
  const flood = (): void => {
    for (let n = 0; n < 25_000; n += 1)
      log.record(callerOf(FLOODING, `key ${n % 2_000}`), asks(`Query.field${n}`, 'agents:read'));
  };
  flood();
  log.record(callerOf(QUIET, 'k'), asks('Query.tools', 'tools:read'));
  await log.flush();
  expect(written).toEqual([]);
  flood();
  await log.close();
  const rows = written.filter(({ accountId }) => accountId === FLOODING);
  expect(counted(rows)).toBe(50_000);
  // Two days, in case one ends in the meantime.
  expect(rows.length).toBeLessThanOrEqual(1_002);
  expect(rows.filter(({ keyId }) => keyId === null)).toMatchObject([{ operation: '(not recorded)', permissions: [] }]);
  expect(rows.filter(({ operation }) => operation === '(many)').length).toBeGreaterThan(0);
  expect(written.filter(({ accountId }) => accountId === QUIET)).toMatchObject([
    { keyId: 'k', operation: 'Query.tools', count: 1 },
  ]);
});

it('keeps the operations of an account distinct while many accounts flood together', async () => {
  const { recorder: log, written } = recorder();
  for (let n = 0; n < 12_000; n += 1)
    log.record(
      callerOf(`01890000-0000-7000-8000-0000000001${String(n % 30).padStart(2, '0')}`, `key ${n}`),
      asks(`Query.field${n}`, 'agents:read'),
    );
  for (const operation of ['Query.tools', 'Query.agents'])
    log.record(callerOf(QUIET, 'k'), asks(operation, 'tools:read'));
  await log.close();
  expect(written.filter(({ accountId }) => accountId === QUIET)).toMatchObject([
    { keyId: 'k', operation: 'Query.tools', count: 1 },
    { keyId: 'k', operation: 'Query.agents', count: 1 },
  ]);
});

it('records nothing if the log is kept for 0 days', async () => {
  const { recorder: log, written } = recorder(0);
  log.record(callerOf(QUIET, 'k'), asks('Query.tools', 'tools:read'));
  await log.close();
  expect(written).toEqual([]);
});
