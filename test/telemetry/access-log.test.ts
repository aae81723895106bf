/** The access log: the entry of each request, sampling, and the entry of a slow operation. */
import { createHash } from 'node:crypto';
import { pino } from 'pino';
import { parseKey } from '../../src/auth/key-format';
import { AccessLog } from '../../src/telemetry/access-log';
import { RequestRecord } from '../../src/telemetry/request-record';
import { traceContextOf } from '../../src/telemetry/trace-context';
import { createTool } from '../audit/harness';
import { eventually } from '../harness/eventually';
import { setupTwoTenants } from '../harness/setup-tenants';
import { connected } from '../harness/sql';

const SLOW_MS = 400;

const tenants = setupTwoTenants({ settings: { ACCESS_LOG: true, SLOW_OPERATION_MS: SLOW_MS } });
const { acme, globex } = tenants;
beforeEach(() => tenants.log.splice(0));

const TOOLS = 'query ToolNames { tools(first: 5) { nodes { name } } }';

const linesOf = (message: string): Record<string, unknown>[] => tenants.log.filter(({ msg }) => msg === message);

/** The line of a test's only request. */
async function onlyLine(): Promise<Record<string, unknown>> {
  await eventually(async () => linesOf('Request').length > 0);
  const [line, ...others] = linesOf('Request');
  expect(others).toEqual([]);
  return line ?? {};
}

test('a request is logged in one line: who requested what, at what cost', async () => {
  await acme.ask(TOOLS, {}, { 'x-request-id': 'mine', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` });
  expect(await onlyLine()).toEqual({
    level: 30,
    time: expect.any(Number),
    pid: expect.any(Number),
    hostname: expect.any(String),
    msg: 'Request',
    requestId: 'mine',
    traceId: 'a'.repeat(32),
    account: acme.accountId,
    principal: parseKey(acme.key)?.keyId,
    kind: 'account',
    operation: 'ToolNames',
    document: createHash('sha256').update(TOOLS).digest('hex'),
    cost: expect.any(Number),
    statements: 1,
    ms: expect.any(Number),
    status: 200,
    method: 'POST',
    route: '/graphql',
  });
});

test('a change counts its statements, and each account has its own lines', async () => {
  await createTool(globex, 'logged');
  const line = await onlyLine();
  expect(line).toMatchObject({ account: globex.accountId, operation: 'CreateTool', status: 200 });
  expect(line['statements']).toBeGreaterThan(0);
  expect(JSON.stringify(line)).not.toContain(acme.accountId);
});

test.each([
  ['an invalid key', { key: 'nonsense' }, { status: 401, code: 'UNAUTHENTICATED', route: '/graphql' }],
  ['an invalid document', { query: '{ nothing }' }, { status: 400, code: 'GRAPHQL_VALIDATION_FAILED' }],
  [
    'a field refused with data',
    { query: '{ tools(after: "x") { nodes { id } } }' },
    { status: 200, code: 'INVALID_CURSOR' },
  ],
  ['an unknown path', { path: '/nowhere' }, { status: 404, code: 'NOT_FOUND' }],
  ['a malformed URL', { path: '/%zz' }, { status: 400, code: 'BAD_REQUEST' }],
])(
  '%s leaves a line with its code',
  async (
    _name,
    { key = tenants.acme.key, query = TOOLS, path = '/graphql' }: { key?: string; query?: string; path?: string },
    expected,
  ) => {
    await tenants.gateway.app.inject({
      method: 'POST',
      url: path,
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      payload: { query },
    });
    expect(await onlyLine()).toMatchObject(expected);
  },
);

test('a query by GET has the code of an error that Apollo Server writes', async () => {
  const headers = { 'x-api-key': tenants.acme.key, 'apollo-require-preflight': '1' };
  await tenants.gateway.app.inject({ method: 'GET', url: '/graphql?query=%7B', headers });
  expect(await onlyLine()).toMatchObject({ status: 400, code: 'GRAPHQL_PARSE_FAILED', method: 'GET' });
});

test('a successful health check is not logged', async () => {
  await tenants.gateway.app.inject('/livez');
  await tenants.acme.ask(TOOLS);
  expect(await onlyLine()).toMatchObject({ route: '/graphql' });
});

test('an operation name that may be a key is withheld', async () => {
  const [, , , secret = ''] = tenants.acme.key.split('_');
  for (const name of [`x${tenants.acme.key}`, `Q_${secret}`])
    await tenants.acme.send(`query ${name} { viewer { kind } }`);
  await eventually(async () => linesOf('Request').length === 2);
  expect(JSON.stringify(tenants.log)).not.toContain(secret.slice(0, 12));
});

const WAITING = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

test('a slow operation logs its statements without their values, and a fast one logs none', async () => {
  const { database } = tenants;
  const id = await createTool(acme, 'contended');
  await connected(database.superuserUrl, async (client) => {
    await client.query('BEGIN');
    await client.query('SELECT FROM tool WHERE account_id = $1 AND id = $2 FOR UPDATE', [acme.accountId, id]);
    const changing = acme.send(
      'mutation Slow($id: ID!) { updateTool(id: $id, input: { description: "unlogged-value" }) { id } }',
      { id },
    );
    await eventually(async () => (await client.query(WAITING)).rows.length > 0, 5_000);
    // The statement's time includes the wait.
    const since = performance.now();
    await eventually(async () => performance.now() - since > SLOW_MS, 5_000);
    await client.query('COMMIT');
    expect((await changing).errors).toEqual([]);
  });
  await eventually(async () => linesOf('Slow operation').length > 0);
  const [line] = linesOf('Slow operation').filter(({ operation }) => operation === 'Slow');
  expect(line).toMatchObject({ account: acme.accountId, level: 40 });
  const runs = line?.['statementRuns'] as { text: string; ms: number; roundTrip: number }[];
  expect(runs.map(({ text }) => text).join('\n')).toMatch(/FOR UPDATE|UPDATE "?tool/);
  expect(Math.max(...runs.map(({ ms }) => ms))).toBeGreaterThan(SLOW_MS / 2);
  expect(JSON.stringify(tenants.log)).not.toContain('unlogged-value');
  expect(JSON.stringify(line)).not.toContain(id);
});

describe('without a gateway', () => {
  const settings = { ACCESS_LOG: true, ACCESS_LOG_PERCENT: 30, SLOW_OPERATION_MS: 0 };
  const exchange = { method: 'POST', route: '/graphql', status: 200, isComplete: true };
  const record = (code: string | null = null): RequestRecord => {
    const made = new RequestRecord('id', traceContextOf(undefined, 0), false, 0);
    made.code = code;
    return made;
  };
  function logged(random: number, work: (log: AccessLog) => void, isForPeople = false, changed = {}): string[] {
    const lines: string[] = [];
    const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
    work(new AccessLog({ ...settings, ...changed }, logger, isForPeople, () => random));
    return lines;
  }

  test('ACCESS_LOG_PERCENT logs a share of the successful requests and all that were refused or aborted', () => {
    expect(logged(0.31, (log) => log.write(record(), exchange))).toHaveLength(0);
    expect(logged(0.29, (log) => log.write(record(), exchange))).toHaveLength(1);
    expect(logged(0.99, (log) => log.write(record('FORBIDDEN'), exchange))).toHaveLength(1);
    expect(logged(0.99, (log) => log.write(record(), { ...exchange, status: 500 }))).toHaveLength(1);
    expect(logged(0.99, (log) => log.write(record(), { ...exchange, isComplete: false }))).toHaveLength(1);
  });

  test('ACCESS_LOG=false logs no request', () => {
    expect(logged(0, (log) => log.write(record('INTERNAL'), exchange), false, { ACCESS_LOG: false })).toHaveLength(0);
  });

  test('on a terminal, each request is a sentence', () => {
    const [line = ''] = logged(0, (log) => log.write(record('FORBIDDEN'), exchange), true);
    expect(JSON.parse(line)).toMatchObject({
      msg: expect.stringMatching(/^POST \/graphql 200 FORBIDDEN in [\d.]+ ms \(id\)$/),
    });
  });
});
