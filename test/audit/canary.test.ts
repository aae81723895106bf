/** A key planted in every place that the schema takes a text in is found in no event, no denial, no log and no record of masters. */
import { formatKey, newSecret, parseKey } from '../../src/auth/key';
import { gatewaySchema, plant } from '../harness/factories';
import { createWorld, type World } from '../harness/gateway';
import { textPlaces } from '../isolation/ids';
import { withSql } from './harness';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const RECORDS = `
  SELECT e::text AS text FROM audit_event e UNION ALL SELECT d::text FROM audit_denial d
   UNION ALL SELECT a::text FROM account_access a`;

const recorded = (): Promise<string> =>
  withSql(world.database.superuserUrl, async (client) => {
    const { rows } = await client.query<{ text: string }>(RECORDS);
    return rows.map(({ text }) => text).join('\n');
  });

/** A key that belongs to nobody: it is sent and stored as it stands, and the calls that carry it still work. */
function strayKey(): { text: string; secret: string } {
  const parts = parseKey(world.acme.key);
  if (!parts) throw new Error('acme has no key');
  const secret = newSecret();
  const text = formatKey({ ...parts, secret });
  return { text, secret: text.split('_')[3] ?? '' };
}

it('is nowhere, whichever field, header, variable or message it came in', async () => {
  const { acme, master, log, database } = world;
  const own = await plant(acme, 'Own');
  const { text, secret } = strayKey();
  const samples = { ids: ['01890000-0000-7000-8000-00000000abcd'], texts: ['text'] };
  const headers = { 'x-request-id': text.slice(0, 64), 'x-reason': `because ${text}` };
  const places = textPlaces(gatewaySchema, own, samples);
  expect(places.length).toBeGreaterThan(150);
  let stored = 0;
  for (const place of places) {
    const { query, variables } = place.with(text);
    const caller = /[kK]ey|[aA]ccount/.test(place.name) && place.isMutation ? master : acme;
    const { errors } = await caller.send(query, variables, headers);
    if (place.isMutation && errors.length === 0) stored += 1;
  }
  await acme.send(`query ${text} { ${text} }`, {}, headers);
  // The test would show nothing if every operation were refused.
  expect(stored).toBeGreaterThan(20);
  await acme.ask('{ auditDenials { totalCount } }');
  const found = await recorded();
  expect(found).toContain('pcl_live_...');
  expect(secret.length).toBeGreaterThan(20);
  for (const record of [found, JSON.stringify(log)]) expect(record).not.toContain(secret.slice(0, 16));
  const { rows } = await withSql(database.superuserUrl, (client) =>
    client.query<{ hash: string }>(
      "SELECT encode(secret_hash, 'hex') AS hash FROM api_key UNION SELECT encode(secret_hash, 'hex') FROM master_key",
    ),
  );
  for (const { hash } of rows) expect(found).not.toContain(hash);
}, 120_000);
