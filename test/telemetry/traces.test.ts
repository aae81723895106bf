/** Traces: the spans that a collector receives for a request, and the trace id in PostgreSQL. */
import { pino } from 'pino';
import { parentOf, traceContextOf } from '../../src/telemetry/trace-context';
import { Telemetry } from '../../src/telemetry/telemetry';
import { createTool } from '../audit/harness';
import { eventually } from '../harness/eventually';
import { seed } from '../harness/factories';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { testSettings } from '../harness/settings';
import { connected, query } from '../harness/sql';
import { startCollector, type Collector, type ReceivedSpan } from './collector';

const PARENT = 'b'.repeat(16);
const SECONDS_IN_TEST = 10_000;

let collector: Collector;
let tenants: TwoTenants;
beforeAll(async () => {
  collector = await startCollector();
  tenants = await createTwoTenants({
    settings: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: { 'x-collector': 'token' },
    },
  });
});
afterAll(async () => {
  await tenants.close();
  await collector.close();
});

let traces = 0;
/** A caller's trace that no other test has. */
function newTrace(flags = '01'): { traceId: string; headers: Record<string, string> } {
  traces += 1;
  const traceId = traces.toString(16).padStart(32, 'a');
  return { traceId, headers: { traceparent: `00-${traceId}-${PARENT}-${flags}`, tracestate: 'vendor=value' } };
}

async function spansOf(traceId: string): Promise<ReceivedSpan[]> {
  const received = (): ReceivedSpan[] => collector.spans.filter((span) => span.traceId === traceId);
  await eventually(async () => {
    await tenants.gateway.telemetry.traces?.flush();
    return received().some(({ kind }) => kind === 2);
  }, SECONDS_IN_TEST);
  return received();
}

const attribute = ({ attributes }: ReceivedSpan, name: string): string | undefined =>
  attributes.find(({ key }) => key === name)?.value.stringValue;

test("a query is a tree of spans from HTTP to each SQL statement, below its caller's span", async () => {
  const { acme } = tenants;
  await seed(acme, 'Traced');
  const { traceId, headers } = newTrace();
  const answer = await acme.send('query TracedAgents { agents { nodes { id tools { id } } } }', {}, headers);
  const spans = await spansOf(traceId);
  const root = spans.find(({ name }) => name === 'POST /graphql');
  expect(root).toMatchObject({ parentSpanId: PARENT, kind: 2 });
  expect(answer.headers['traceresponse']).toBe(`00-${traceId}-${root?.spanId ?? ''}-01`);
  expect(root && attribute(root, 'graphql.operation.name')).toBe('TracedAgents');
  expect(root && attribute(root, 'portcullis.account.id')).toBe(acme.accountId);
  const steps = spans.filter(({ parentSpanId }) => parentSpanId === root?.spanId);
  expect(steps.map(({ name }) => name)).toEqual([
    'authentication',
    'body',
    'queue',
    'admission',
    'authorization',
    'execution',
    'records',
    'answer',
  ]);
  const execution = steps.find(({ name }) => name === 'execution');
  const statements = spans.filter(({ kind }) => kind === 3);
  expect(statements.length).toBeGreaterThan(1);
  for (const statement of statements) {
    expect(statement).toMatchObject({ parentSpanId: execution?.spanId, name: expect.stringMatching(/^SELECT \w+$/) });
    expect(attribute(statement, 'db.query.text')).toMatch(/\$1/);
    expect(BigInt(statement.endTimeUnixNano)).toBeGreaterThan(BigInt(statement.startTimeUnixNano));
    expect(BigInt(statement.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(execution?.startTimeUnixNano ?? 0));
  }
  expect(spans).toHaveLength(1 + steps.length + statements.length);
  expect(collector.headers[0]).toMatchObject({ 'x-collector': 'token' });
  expect(collector.bodies.join()).not.toContain('vendor=value');
});

test('statements of one round trip have separate times, one after another', async () => {
  const { traceId, headers } = newTrace();
  await tenants.acme.ask('{ agents { nodes { id } } tools { nodes { id } } }', {}, headers);
  const statements = (await spansOf(traceId)).filter(({ kind }) => kind === 3);
  expect(statements).toHaveLength(2);
  const [first, second] = statements.sort((left, right) => left.endTimeUnixNano.localeCompare(right.endTimeUnixNano));
  expect(second?.startTimeUnixNano).toBe(first?.endTimeUnixNano);
});

test('the session of a traced transaction contains the trace id while it runs, and that of the next one does not', async () => {
  const { acme, database } = tenants;
  const id = await createTool(acme, 'named session');
  const { traceId, headers } = newTrace();
  const sessions = async (): Promise<number> => {
    const text = 'SELECT 1 FROM pg_stat_activity WHERE application_name = $1';
    return (await query(database.superuserUrl, text, [`portcullis-tenant ${traceId}`])).length;
  };
  await connected(database.superuserUrl, async (client) => {
    await client.query('BEGIN');
    await client.query('SELECT FROM tool WHERE account_id = $1 AND id = $2 FOR UPDATE', [acme.accountId, id]);
    const changing = acme.send(
      'mutation ($id: ID!) { updateTool(id: $id, input: { description: "x" }) { id } }',
      { id },
      headers,
    );
    await eventually(async () => (await sessions()) === 1, SECONDS_IN_TEST);
    await client.query('COMMIT');
    expect((await changing).errors).toEqual([]);
  });
  expect(await sessions()).toBe(0);
  const statements = (await spansOf(traceId)).filter(({ kind }) => kind === 3);
  expect(statements.map(({ name }) => name)).toContain('UPDATE tool');
});

test('a trace that its caller does not record is not sent, and its transactions do not contain its id', async () => {
  const { traceId, headers } = newTrace('00');
  const answer = await tenants.acme.send('{ tools { nodes { id } } }', {}, headers);
  expect(answer.headers).not.toHaveProperty('traceresponse');
  const later = newTrace();
  await tenants.acme.ask('{ tools { nodes { id } } }', {}, later.headers);
  await spansOf(later.traceId);
  expect(collector.spans.filter((span) => span.traceId === traceId)).toEqual([]);
});

test('a failed request is traced with its code, and a request without a trace begins one', async () => {
  const answer = await tenants.client('nonsense').send('{ viewer { kind } }');
  const [, traceId = ''] = String(answer.headers['traceresponse']).split('-');
  expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  const [root] = (await spansOf(traceId)).filter(({ kind }) => kind === 2);
  expect(root && attribute(root, 'error.type')).toBe('UNAUTHENTICATED');
  expect(root).not.toHaveProperty('parentSpanId');
});

test('an unreachable collector delays neither requests nor the shutdown of the gateway', async () => {
  const gone = await startCollector();
  await gone.close();
  const lines: string[] = [];
  const settings = { ...testSettings, OTEL_EXPORTER_OTLP_ENDPOINT: gone.url };
  const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const telemetry = Telemetry.create({ settings, logger, isForPeople: false });
  const record = telemetry.begin('id', undefined);
  if (record) telemetry.end(record, { method: 'GET', route: null, status: 404, isComplete: true });
  await telemetry.close();
  expect(lines.join()).toContain('OTEL_EXPORTER_OTLP_ENDPOINT');
});

describe('traceparent', () => {
  const id = '0af7651916cd43dd8448eb211c80319c';
  test.each([
    ['no header', undefined],
    ['the format of another version', `00-${id}-b7ad6b7169203331-01-extra`],
    ['version ff', `ff-${id}-b7ad6b7169203331-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
    ['a span id of zeros', `00-${id}-${'0'.repeat(16)}-01`],
    ['upper case', `00-${id.toUpperCase()}-b7ad6b7169203331-01`],
    ['two values', [`00-${id}-b7ad6b7169203331-01`, `00-${id}-b7ad6b7169203331-01`]],
    ['a key', 'pcl_live_0af7651916cd43dd8448eb211c80319c_secret'],
  ])('%s is not a valid parent', (_name, header) => {
    expect(parentOf(header)).toBeNull();
  });

  test('of a later version is read as far as it is known', () => {
    expect(parentOf(`01-${id}-b7ad6b7169203331-01-more`)).toMatchObject({ traceId: id, isSampled: true });
  });

  test('a share of traces is chosen by id, the same by every gateway', () => {
    const sampled = (share: number): number =>
      Array.from({ length: 400 }, () => traceContextOf(undefined, share)).filter((trace) => trace?.isSampled).length;
    expect(sampled(1)).toBe(400);
    expect(sampled(0)).toBe(0);
    expect(sampled(0.5)).toBeGreaterThan(100);
    expect(sampled(0.5)).toBeLessThan(300);
    const header = `00-${id}-b7ad6b7169203331-01`;
    expect(traceContextOf(header, 0.3)?.isSampled).toBe(traceContextOf(header, 0.3)?.isSampled);
    expect(traceContextOf(header, 0)).toMatchObject({ traceId: id, isSampled: false });
  });
});
