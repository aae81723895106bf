/** The admin port: its answers, its separation from the public port, and its limited number of series. */
import { pino } from 'pino';
import { readTrustedDocuments } from '../../src/graph/trusted-documents';
import { AdminServer, readinessOf } from '../../src/http/admin-server';
import { Telemetry } from '../../src/telemetry/telemetry';
import { createTool } from '../audit/harness';
import { eventually } from '../harness/eventually';
import { gatewaySchema, seed } from '../harness/factories';
import { testSettings } from '../harness/settings';
import { createTwoTenants, startTestGateway, type TestGateway, type TwoTenants } from '../harness/gateway';
import { seriesOf } from './open-metrics';

let tenants: TwoTenants;
/** A gateway on the same database that accepts only the operations of a folder. */
let trusting: TestGateway;
let admin: { readonly admin: AdminServer; readonly url: string };

beforeAll(async () => {
  tenants = await createTwoTenants({ settings: { ADMIN_PORT: 0 } });
  trusting = await startTestGateway({
    database: tenants.database,
    settings: { ADMIN_PORT: 0, TRUSTED_DOCUMENTS: 'schema/operations' },
  });
  admin = await AdminServer.start({ HOST: '127.0.0.1', PORT: 0, prefix: 'ADMIN_' });
  const { app, telemetry } = tenants.gateway;
  admin.admin.source = {
    metrics: async () => (await telemetry.metrics?.registry.metrics()) ?? '',
    readiness: () => readinessOf(app),
  };
});
afterAll(async () => {
  await admin.admin.stop();
  await trusting.close();
  await tenants.close();
});

const get = (path: string): Promise<Response> => fetch(`${admin.url}${path}`);
const metrics = async (): Promise<string> => (await get('/metrics')).text();
const valueOf = async (series: string): Promise<number> => seriesOf(await metrics()).get(series) ?? 0;

test('the admin port answers OpenMetrics and health', async () => {
  const answer = await get('/metrics');
  expect(answer.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  expect(await answer.text()).toMatch(/\n# EOF\n$/);
  expect((await get('/livez')).status).toBe(200);
  expect(await (await get('/readyz')).json()).toMatchObject({ ready: true, reasons: [] });
  expect((await get('/graphql')).status).toBe(404);
  const refused = await fetch(`${admin.url}/metrics`, { method: 'POST' });
  expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
});

test('the admin port reports that the gateway is not ready while it starts', async () => {
  const starting = await AdminServer.start({ HOST: '127.0.0.1', PORT: 0, prefix: 'ADMIN_' });
  const answer = await fetch(`${starting.url}/readyz`);
  expect([answer.status, await answer.json()]).toEqual([503, { ready: false, reasons: ['the gateway is starting'] }]);
  expect((await fetch(`${starting.url}/livez`)).status).toBe(200);
  await starting.admin.stop();
});

test('a port that is in use is refused with its setting', async () => {
  const taken = AdminServer.start({ HOST: '127.0.0.1', PORT: Number(new URL(admin.url).port), prefix: 'ADMIN_' });
  await expect(taken).rejects.toThrow(/^ADMIN_PORT: \d+ on 127\.0\.0\.1 is in use\. .* ADMIN_PORT=\d+ npm start$/);
});

test('the public port has no metrics', async () => {
  for (const url of ['/metrics', '/metrics/', '//metrics', '/graphql/metrics', '/%6Detrics'])
    expect((await tenants.gateway.app.inject(url)).statusCode).toBe(404);
});

test('requests, operations, statements, loaders and denials are counted', async () => {
  const { acme, master } = tenants;
  await seed(acme, 'Counted');
  const before = seriesOf(await metrics());
  await createTool(acme, 'counted');
  await acme.ask('{ agents { nodes { id tools { id } } } }');
  await acme.send('{ accounts { nodes { id } } }');
  await master.ask('{ accounts { nodes { id } } }');
  const grown = async (series: string): Promise<number> => (await valueOf(series)) - (before.get(series) ?? 0);
  await eventually(async () => (await grown('portcullis_http_request_duration_seconds_count{route="/graphql"}')) === 4);
  expect(await grown('portcullis_operations_total{operation="other",type="mutation",outcome="OK"}')).toBe(1);
  expect(await grown('portcullis_operations_total{operation="other",type="query",outcome="FORBIDDEN"}')).toBe(1);
  expect(await grown('portcullis_http_requests_total{route="/graphql",status="200",code="none"}')).toBe(3);
  expect(await grown('portcullis_denials_total{code="FORBIDDEN"}')).toBe(1);
  expect(await grown('portcullis_operation_cost_count{operation="other"}')).toBe(4);
  expect(await grown('portcullis_operation_statements_sum{operation="other"}')).toBeGreaterThan(3);
  expect(await grown('portcullis_database_statements_total')).toBeGreaterThan(1);
  expect(await grown('portcullis_loader_batches_total')).toBeGreaterThan(0);
  expect(await grown('portcullis_loader_keys_total')).toBeGreaterThan(0);
  expect(await valueOf('portcullis_ready')).toBe(1);
  expect(await valueOf('portcullis_requests_in_flight')).toBe(0);
  expect(await valueOf('portcullis_revocation_delay_seconds')).toBeLessThan(30);
  expect(await metrics()).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
});

test('waits for an operation are counted by reason', async () => {
  const { acme } = tenants;
  const waits = 'portcullis_wait_seconds_count{reason="operations"}';
  const before = await valueOf(waits);
  // More than one account may run at a time: POOL_SIZE 4, two for each connection, a fifth kept for others.
  await Promise.all(Array.from({ length: 12 }, () => acme.ask('{ tools { nodes { id } } }')));
  expect(await valueOf(waits)).toBeGreaterThan(before);
});

test('webhook attempts are counted by outcome, and the delay of deliveries is measured', async () => {
  const { telemetry } = tenants.gateway;
  const counts = async () => [
    await valueOf('portcullis_webhook_attempts_total{outcome="SUCCEEDED"}'),
    await valueOf('portcullis_webhook_attempts_total{outcome="TIMED_OUT"}'),
    await valueOf('portcullis_webhook_lag_seconds_count'),
    await valueOf('portcullis_webhook_lag_seconds_sum'),
  ];
  telemetry.webhookAttempt('SUCCEEDED', 1_500);
  telemetry.webhookAttempt('TIMED_OUT', null);
  expect(await counts()).toEqual([1, 1, 1, 1.5]);
});

test('names of trusted documents are labels; names that callers choose are not', async () => {
  const viewer = 'query ViewerOf { viewer { kind } }';
  await trusting.client(tenants.acme.key).send(viewer);
  const { persisted, name } = trustedDocument();
  await trusting.gateway.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'x-api-key': tenants.acme.key },
    payload: { extensions: { persistedQuery: { version: 1, sha256Hash: persisted } } },
  });
  await eventually(async () => (await trustingMetrics()).includes(`operation="${name}"`));
  expect(await trustingMetrics()).not.toContain('ViewerOf');
});

const trustingMetrics = async (): Promise<string> =>
  (await trusting.gateway.telemetry.metrics?.registry.metrics()) ?? '';

function trustedDocument(): { persisted: string; name: string } {
  for (const [persisted, text] of readTrustedDocuments('schema/operations', gatewaySchema).texts) {
    const [, name] = /^query (\w+) \{/.exec(text) ?? [];
    if (name !== undefined) return { persisted, name };
  }
  throw new Error('Every trusted query has variables');
}

const NAMES = Number(process.env['METRIC_NAMES'] ?? 2_000);

/** Without the series of Node.js, which depend on what the process does. */
const ownSeries = (text: string): string[] =>
  [...seriesOf(text).keys()].filter((series) => series.startsWith('portcullis_'));

test('thousands of names, paths, methods and codes from callers add no series, and no series contains an account', async () => {
  const { acme, globex, gateway } = tenants;
  const send = (index: number): Promise<unknown> =>
    gateway.app.inject({
      method: index % 7 === 0 ? 'PUT' : 'POST',
      url: index % 5 === 0 ? `/path-${index}` : '/graphql',
      headers: { 'x-api-key': acme.key, 'content-type': 'application/json', 'x-request-id': `id-${index}` },
      payload: JSON.stringify({ query: `query Name${index} { __typename }`, operationName: `Name${index}` }),
    });
  await Promise.all(Array.from({ length: 40 }, (_nothing, index) => send(index)));
  const before = ownSeries(await metrics());
  for (let index = 40; index < NAMES; index += 40)
    await Promise.all(Array.from({ length: 40 }, (_nothing, offset) => send(index + offset)));
  const text = await metrics();
  expect(ownSeries(text)).toEqual(before);
  for (const secret of [acme.accountId, globex.accountId, acme.slug, globex.slug, 'Name4', 'path-'])
    expect(text).not.toContain(secret);
}, 60_000);

test('without an admin port nothing is counted', async () => {
  const telemetry = Telemetry.create({ settings: testSettings, logger: pino({ level: 'silent' }), isForPeople: false });
  expect(telemetry.metrics).toBeNull();
  expect(telemetry.begin('id', undefined)).toBeNull();
  expect(telemetry.waits('operations')).toBeUndefined();
});
