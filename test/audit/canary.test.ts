/** A key sent in every place where the schema accepts text appears in no event, denial, log or access entry. */
import { formatKey, newSecret, parseKey } from '../../src/auth/key-format';
import { gatewaySchema, seed } from '../harness/factories';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { connected } from '../harness/sql';
import { startCollector, type Collector } from '../telemetry/collector';
import { textPlaces } from '../isolation/id-places';

let tenants: TwoTenants;
let collector: Collector;
beforeAll(async () => {
  collector = await startCollector();
  tenants = await createTwoTenants({
    settings: { ACCESS_LOG: true, SLOW_OPERATION_MS: 1, ADMIN_PORT: 0, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  });
});
afterAll(async () => {
  await tenants.close();
  await collector.close();
});

/** Everything that operators see: log lines, slow operations, metrics and spans. */
async function told(): Promise<string> {
  const { log, gateway } = tenants;
  await gateway.telemetry.traces?.flush();
  const metrics = (await gateway.telemetry.metrics?.registry.metrics()) ?? '';
  const messages = new Set(log.map(({ msg }) => msg));
  expect([messages.has('Request'), messages.has('Slow operation')]).toEqual([true, true]);
  expect(metrics).toContain('portcullis_operations_total{');
  expect(collector.spans.length).toBeGreaterThan(100);
  return [JSON.stringify(log), metrics, ...collector.bodies].join('\n');
}

const RECORDS = `
  SELECT e::text AS text FROM audit_event e UNION ALL SELECT i::text FROM audit_image i UNION ALL SELECT d::text FROM audit_denial d
   UNION ALL SELECT a::text FROM account_access a`;

const recorded = (): Promise<string> =>
  connected(tenants.database.superuserUrl, async (client) => {
    const { rows } = await client.query<{ text: string }>(RECORDS);
    return rows.map(({ text }) => text).join('\n');
  });

/** A key that belongs to nobody: it is sent unchanged, and the calls that contain it still work. */
function strayKey(): { text: string; secret: string } {
  const parts = parseKey(tenants.acme.key);
  if (!parts) throw new Error('acme has no key');
  const secret = newSecret();
  const text = formatKey({ ...parts, secret });
  return { text, secret: text.split('_')[3] ?? '' };
}

const plantInTools = (text: string): Promise<unknown> =>
  connected(tenants.database.superuserUrl, (client) => client.query('UPDATE tool SET description = $1', [text]));

it('a canary key is stored and logged nowhere, whichever field, header, variable or message contained it', async () => {
  const { acme, master, database } = tenants;
  const own = await seed(acme, 'Own');
  const { text, secret } = strayKey();
  const samples = { ids: ['01890000-0000-7000-8000-00000000abcd'], texts: ['text'] };
  const headers = { 'x-request-id': text.slice(0, 64) };
  const places = textPlaces(gatewaySchema, own, samples);
  expect(places.length).toBeGreaterThan(150);
  let refused = 0;
  for (const place of places) {
    const { query, variables } = place.with(text);
    const caller = /[kK]ey|[aA]ccount/.test(place.name) && place.isMutation ? master : acme;
    const { errors } = await caller.send(query, variables, headers);
    if (place.isMutation && errors[0]?.extensions.code === 'BAD_USER_INPUT') refused += 1;
  }
  await acme.send(`query ${text} { ${text} }`, {}, headers);
  for (const name of [text, `x${text}`, `Q${secret}`])
    await acme.send(`query ${name} { viewer { kind } }`, {}, headers);
  const { errors } = await acme.send('{ viewer { kind } }', {}, { 'x-reason': `because ${text}` });
  expect(errors[0]?.extensions.code).toBe('BAD_REQUEST');
  expect(refused).toBeGreaterThan(20);
  // Fields refuse keys; keys stored by an earlier release are removed from the events of later changes.
  await plantInTools(text);
  await acme.ask('mutation ($id: ID!) { updateTool(id: $id, input: { versionLabel: "2" }) { id } }', {
    id: own.get('Tool')?.[0],
  });
  await acme.ask('{ auditDenials { totalCount } }');
  const found = await recorded();
  expect(found).toContain('pcl_live_...');
  expect(secret.length).toBeGreaterThan(20);
  for (const record of [found, await told()]) expect(record).not.toContain(secret.slice(0, 16));
  const { rows } = await connected(database.superuserUrl, (client) =>
    client.query<{ hash: string }>(
      "SELECT encode(secret_hash, 'hex') AS hash FROM api_key UNION SELECT encode(secret_hash, 'hex') FROM master_key",
    ),
  );
  for (const { hash } of rows) expect(found).not.toContain(hash);
}, 120_000);

/** Every row of every table, as text. */
const wholeDatabase = (): Promise<string[]> =>
  connected(tenants.database.superuserUrl, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      "SELECT c.oid::regclass::text AS name FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace",
    );
    const texts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
      texts.push(...rows.map(({ text }) => `${name}: ${text}`));
    }
    return texts;
  });

it('a canary key in a header, an address, an unreadable body or an error is in no table and in no log', async () => {
  const { acme, master, gateway } = tenants;
  const { text, secret } = strayKey();
  let made = 0;
  const create = (): string => {
    made += 1;
    return JSON.stringify({
      query: `mutation { createTool(input: { name: "carried ${made}" }) { id } }`,
      variables: { [text]: text },
    });
  };
  const usual = { 'content-type': 'application/json', 'x-api-key': acme.key, 'x-reason': 'a test' };
  const carriers: readonly Record<string, string>[] = [
    { 'idempotency-key': text },
    { 'user-agent': text },
    { 'x-request-id': text.slice(0, 64) },
    { 'x-reason': text },
    { 'apollographql-client-name': text, 'apollographql-client-version': text, 'apollo-require-preflight': text },
    { 'x-api-key': text },
    { authorization: `Bearer ${text}` },
    { authorization: `Bearer ${text}, Bearer ${text}` },
    { 'x-api-key': acme.key, authorization: `Basic ${text}` },
    {
      'x-forwarded-for': text,
      forwarded: `for=${text}`,
      referer: `https://a.example/?key=${text}`,
      origin: `https://${text}`,
    },
    { cookie: `key=${text}`, traceparent: text, [text.toLowerCase()]: text },
    { traceparent: `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`, tracestate: `key=${text}`, baggage: `key=${text}` },
    { 'content-type': `application/${text}` },
    { accept: text, 'accept-encoding': text },
  ];
  let stored = 0;
  for (const headers of carriers) {
    for (const key of [acme.key, master.key]) {
      const all = { ...usual, 'x-api-key': key, ...headers };
      const answer = await gateway.app.inject({ method: 'POST', url: '/graphql', headers: all, payload: create() });
      if (answer.statusCode === 200 && answer.body.includes('"id"')) stored += 1;
    }
  }
  expect(stored).toBeGreaterThan(5);
  const { query } = { query: `{ ${text}(a: "${text}") { ${text} } }` };
  const bodies = [
    `{"query": "${text}`,
    text,
    JSON.stringify({ query }),
    JSON.stringify({ query: text, operationName: text }),
  ];
  bodies.push(
    JSON.stringify({ query: '{ viewer { kind } }', extensions: { persistedQuery: { version: 1, sha256Hash: text } } }),
  );
  bodies.push(JSON.stringify({ query: 'query ($id: ID!) { tool(id: $id) { id } }', variables: { id: text } }));
  bodies.push(
    JSON.stringify({ query: 'query ($n: Int!) { tools(first: $n) { totalCount } }', variables: { n: text } }),
  );
  bodies.push(JSON.stringify([{ query: text }]));
  for (const payload of bodies)
    await gateway.app.inject({ method: 'POST', url: `/graphql?key=${text}`, headers: usual, payload });
  for (const url of [
    `/graphql?query=${text}&apiKey=${text}`,
    `/${text}`,
    `/graphiql?key=${text}`,
    `/readyz?${text}`,
    `/%${text}`,
  ])
    for (const method of ['GET', 'PUT', 'OPTIONS'] as const) await gateway.app.inject({ method, url, headers: usual });
  await acme.ask('{ auditDenials { totalCount } }');
  await tenants.gateway.flushCounters();
  const canary = secret.slice(0, 16).toLowerCase();
  const places = [...(await wholeDatabase()), ...(await told()).split('\n')];
  expect(places.filter((place) => place.toLowerCase().includes(canary))).toEqual([]);
}, 60_000);
