/**
 * The use of keys is counted completely, even if counts are stored between the acceptance of a key and its operation.
 */
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { KeyUsageRecorder } from '../../src/db/keys/key-usage-recorder';
import { eventually } from '../harness/eventually';
import { setupTwoTenants } from '../harness/setup-tenants';
import { query } from '../harness/sql';
import { EventSource } from '../streams/event-source';

const tenants = setupTwoTenants();
const { acme, globex } = tenants;

let address: string;

beforeAll(async () => {
  address = await tenants.gateway.app.listen({ host: '127.0.0.1', port: 0 });
});

/** How often the keys of an account read tools or events. */
async function reads(accountId: string): Promise<Record<string, number>> {
  await tenants.gateway.flushCounters();
  const rows = await query<{ resource: string; count: number }>(
    tenants.database.superuserUrl,
    `SELECT resource, count::int AS count FROM key_usage WHERE account_id = $1 AND action = 'READ'`,
    [accountId],
  );
  return Object.fromEntries(rows.map(({ resource, count }) => [resource, count]));
}

/** Sends the headers and a part of the body, then calls `between`, then sends the rest. @returns the answer. */
async function inTwoParts(key: string, body: string, between: () => Promise<void>): Promise<string> {
  const accepted = jest.spyOn(KeyUsageRecorder.prototype, 'accepted');
  try {
    const outgoing = request(`${address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'x-api-key': key },
    });
    const answered = new Promise<string>((resolve, reject) => {
      outgoing.on('response', (answer) => void text(answer).then(resolve, reject));
      outgoing.on('error', reject);
    });
    outgoing.write(body.slice(0, 10));
    await eventually(async () => accepted.mock.calls.length > 0, 5_000);
    await between();
    outgoing.end(body.slice(10));
    return await answered;
  } finally {
    accepted.mockRestore();
  }
}

it("use of a key is counted if its counts were stored after it was accepted, and no other key's use is", async () => {
  await globex.ask('{ tools { totalCount } }');
  const [before, others] = [await reads(acme.accountId), await reads(globex.accountId)];
  const body = JSON.stringify({ query: '{ tools { totalCount } }' });
  const answer = await inTwoParts(acme.key, body, () => tenants.gateway.flushCounters());
  expect(JSON.parse(answer)).toEqual({ data: { tools: { totalCount: 0 } } });
  expect((await reads(acme.accountId))['Tool']).toBe((before['Tool'] ?? 0) + 1);
  expect(await reads(globex.accountId)).toEqual(others);
});

it('everything that a stream reads is counted, however often counts are stored while it is open', async () => {
  const before = (await reads(acme.accountId))['AuditEvent'] ?? 0;
  const source = await EventSource.open(address, { key: acme.key, query: 'subscription { events { sequence } }' });
  for (let count = 1; count <= 3; count += 1) {
    await acme.ask('mutation ($name: String!) { createTool(input: { name: $name }) { id } }', {
      name: `tool ${count}`,
    });
    await source.until(({ events }) => events.length >= count);
    await tenants.gateway.flushCounters();
  }
  source.close();
  // The stream itself is one use, and each event is another.
  expect((await reads(acme.accountId))['AuditEvent']).toBe(before + 4);
});
