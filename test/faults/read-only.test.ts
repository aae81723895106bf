/** On a read-only server, changes are UNAVAILABLE and safe to retry, readiness gives the reason, and reads continue. */
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { migrate } from '../../src/db/setup/migrate';
import { startEmbedded, type EmbeddedPostgres } from '../../src/embedded-postgres/start-embedded';
import { createTwoTenants, type Answer, type TwoTenants } from '../harness/gateway';
import { newFolder } from '../harness/run';
import { query } from '../harness/sql';

const READ = '{ tools { totalCount } }';
const CREATE = 'mutation ($name: String!) { createTool(input: { name: $name }) { id } }';

const folder = newFolder();
let server: EmbeddedPostgres;
let tenants: TwoTenants;

beforeAll(async () => {
  await chmod(folder, 0o711);
  server = await startEmbedded({
    dataDir: join(folder, 'data'),
    log: () => undefined,
    unsafeSettings: { fsync: 'off', max_connections: '40' },
  });
  const urls = await migrate(server.url, { DATA_DIR: join(folder, 'data') });
  const database = {
    name: 'portcullis',
    ownerUrl: server.url,
    superuserUrl: server.superuserUrl,
    ...urls,
    drop: () => Promise.resolve(),
  };
  tenants = await createTwoTenants({ database });
}, 60_000);

afterAll(async () => {
  await tenants.gateway.close();
  await server.stop();
});

const readiness = async (): Promise<{ ready: boolean; reasons: string[] }> =>
  (await tenants.gateway.app.inject('/readyz')).json();

/** Makes a database of the running server read-only. */
const makeReadOnly = async (value: 'on' | 'off'): Promise<void> => {
  await query(server.superuserUrl, 'SET default_transaction_read_only = off');
  await query(server.superuserUrl, `ALTER SYSTEM SET default_transaction_read_only = ${value}`);
  await query(server.superuserUrl, 'SELECT pg_reload_conf()');
  // A new session has read the file by now.
  const SETTING = "SELECT setting FROM pg_settings WHERE name = 'default_transaction_read_only'";
  while ((await query<{ setting: string }>(server.superuserUrl, SETTING))[0]?.setting !== value);
};

function expectNoChanges({ status, errors }: Answer): void {
  expect(status).toBe(503);
  expect(errors.map(({ extensions }) => extensions)).toEqual([
    { code: 'UNAVAILABLE', retry: true, retryAfterSeconds: 2 },
  ]);
  expect(errors[0]?.message).toMatch(/^The database is read-only at the moment\. Nothing was changed; /);
}

const backends = async (): Promise<number[]> =>
  (
    await query<{ pid: number }>(
      server.superuserUrl,
      "SELECT pid FROM pg_stat_activity WHERE application_name = 'portcullis-tenant'",
    )
  ).map(({ pid }) => pid);

it('a read-only server makes changes UNAVAILABLE until it is writable again', async () => {
  await tenants.acme.ask(CREATE, { name: 'before' });
  expect(await readiness()).toEqual({ ready: true, reasons: [] });
  await makeReadOnly('on');
  try {
    const before = await backends();
    expectNoChanges(await tenants.acme.send(CREATE, { name: 'during' }));
    expectNoChanges(await tenants.acme.send(CREATE, { name: 'during' }, { 'idempotency-key': 'during' }));
    // After a failover, every connection leads to the old primary, so none of them is used again.
    expect(await tenants.acme.ask(READ)).toEqual({ tools: { totalCount: 1 } });
    expect((await backends()).filter((pid) => before.includes(pid))).toEqual([]);
    const { ready, reasons } = await readiness();
    expect([ready, reasons.join()]).toEqual([false, expect.stringContaining('the database is read-only')]);
    expect((await tenants.gateway.app.inject('/readyz')).statusCode).toBe(503);
  } finally {
    await makeReadOnly('off');
  }
  await tenants.acme.ask(CREATE, { name: 'during' });
  expect(await tenants.acme.ask(READ)).toEqual({ tools: { totalCount: 2 } });
  expect(await readiness()).toEqual({ ready: true, reasons: [] });
});

it('a read of a master key whose access entry cannot be stored is UNAVAILABLE', async () => {
  await makeReadOnly('on');
  try {
    expectNoChanges(await tenants.master.send('{ accounts { totalCount } }'));
  } finally {
    await makeReadOnly('off');
  }
  expect((await tenants.master.send('{ accounts { totalCount } }')).errors).toEqual([]);
});
