/**
 * A primary is lost under load and its standby is promoted: writes continue there, and nothing acknowledged is lost.
 */
import { migrate } from '../../src/db/setup/migrate';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { expectTruth, keepWriting, stopWriting } from '../harness/load';
import { ReplicaPair } from '../harness/replicated';
import { newFolder } from '../harness/run';
import { query } from '../harness/sql';
import { startTcpProxy } from '../harness/tcp-proxy';

const CREATE = 'mutation ($name: String!) { createTool(input: { name: $name }) { id } }';
const VERIFY = '{ verifyAudit { intact } }';
const WRITERS = 4;
/** The number of writes acknowledged before the primary is lost, and again after the standby is promoted. */
const WRITES = Number(process.env['FAILOVER_WRITES'] ?? 100);

let pair: ReplicaPair;
const dataDir = newFolder();
let database: TestDatabase;
let tenants: TwoTenants;

beforeAll(async () => {
  pair = await ReplicaPair.start();
  const ownerUrl = pair.toPrimary(await pair.createDatabase());
  const urls = await migrate(ownerUrl, { DATA_DIR: dataDir });
  await pair.attachStandby();
  const superuserUrl = pair.url(1, 'portcullis');
  database = { name: 'portcullis', ownerUrl, superuserUrl, ...urls, drop: () => Promise.resolve() };
  tenants = await createTwoTenants({ database });
}, 120_000);
afterEach(stopWriting);
afterAll(async () => {
  await tenants.gateway.close();
  await pair.stop();
}, 60_000);

it('writes continue at the promoted standby; acknowledged changes exist exactly once, and the chains are intact', async () => {
  const load = keepWriting('failover', [tenants.acme, tenants.globex], WRITERS);
  await load.acknowledged(WRITES);
  await pair.kill(0);
  const before = load.told.stored.length;
  await pair.promote(1);
  const gapMs = await load.acknowledged(before + 1);
  await load.acknowledged(before + WRITES);
  await load.stop();
  await expectTruth(database.superuserUrl, load);
  const { told } = load;
  for (const tenant of [tenants.acme, tenants.globex])
    expect(await tenant.ask(VERIFY)).toMatchObject({ verifyAudit: { intact: true } });
  const counts = Object.entries(told).map(([words, names]) => `${words} ${names.length}`);
  process.stdout.write(
    `Failover: ${counts.join(', ')}; the next write was acknowledged ${gapMs.toFixed(0)} ms after the promotion\n`,
  );
  await eventually(async () => (await tenants.gateway.app.inject('/readyz')).statusCode === 200, 10_000);
}, 120_000);

it('no request is answered by a standby, and the primary serves as soon as the address leads to it again', async () => {
  const [standby, primary] = [pair.url(0), pair.url(1)].map((url) => Number(new URL(url).port));
  await pair.becomeStandby(0, 1);
  await pair.startServer(0);
  const address = await startTcpProxy(primary);
  const urls = {
    tenantUrl: address.url(database.tenantUrl),
    operatorUrl: address.url(database.operatorUrl),
    restrictedUrl: address.url(database.restrictedUrl),
  };
  const behind = await createTwoTenants({ database, urls });
  try {
    address.lead(standby ?? 0);
    for (const text of ['{ tools { totalCount } }', 'mutation { createTool(input: { name: "lost" }) { id } }'])
      await eventually(async () => (await behind.acme.send(text)).status === 503, 10_000);
    const { ready, reasons } = (await behind.gateway.app.inject('/readyz')).json<{
      ready: boolean;
      reasons: string[];
    }>();
    expect({ ready, reasons }).toEqual({
      ready: false,
      reasons: [expect.stringContaining('this server is a standby')],
    });
    const sessions = "SELECT FROM pg_stat_activity WHERE application_name ~ '^portcullis-(tenant|operator|restricted)'";
    await eventually(async () => (await query(pair.url(0), sessions)).length === 0, 10_000);
    address.lead(primary ?? 0);
    await eventually(async () => (await behind.acme.send(CREATE, { name: 'again' })).errors.length === 0, 10_000);
    expect((await behind.gateway.app.inject('/readyz')).statusCode).toBe(200);
  } finally {
    await behind.gateway.close();
    address.close();
  }
}, 120_000);
