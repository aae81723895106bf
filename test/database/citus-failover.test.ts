/**
 * The coordinator is lost under load and its standby is promoted: accounts continue to write there, and nothing
 * acknowledged is lost. Runs where CITUS_WORKER_URLS is set, on servers of its own.
 */
import { canStartCitus, startCitus, type CitusServers } from '../harness/citus-servers';
import { eventually } from '../harness/eventually';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { expectTruth, keepWriting, stopWriting } from '../harness/load';

const [COORDINATOR, STANDBY] = [0, 1];
const WRITERS = 2;
/** Acknowledged before the coordinator is lost, and after its standby was promoted. */
const WRITES = 40;

(canStartCitus() ? describe : describe.skip).each([
  ['the coordinator', []],
  ['workers', [2, 3]],
])('a coordinator with a synchronous standby, and shards on %s', (_where, workers) => {
  let citus: CitusServers;
  let tenants: TwoTenants;
  beforeAll(async () => {
    citus = await startCitus(workers);
    const { servers, database } = citus;
    await servers.attachStandby({ standbys: [STANDBY] });
    tenants = await createTwoTenants({
      database,
      urls: {
        tenantUrl: servers.toPrimary(database.tenantUrl),
        operatorUrl: servers.toPrimary(database.operatorUrl),
        restrictedUrl: servers.toPrimary(database.restrictedUrl),
      },
    });
  }, 180_000);
  afterEach(stopWriting);
  afterAll(async () => {
    await tenants.gateway.close();
    await citus.stop();
  }, 60_000);

  it('continues at the promoted standby: acknowledged changes exist exactly once, and the chains are intact', async () => {
    const accounts = [tenants.acme, tenants.globex];
    const load = keepWriting('failover', accounts, WRITERS);
    await load.acknowledged(WRITES);
    await citus.servers.loseMachine(COORDINATOR);
    const before = load.told.stored.length;
    await citus.servers.promote(STANDBY);
    await load.acknowledged(before + WRITES);
    await load.stop();
    const url = citus.servers.url(STANDBY, 'portcullis');
    await eventually(async () => {
      const prepared = await Promise.all(workers.map((worker) => citus.on(worker, 'SELECT FROM pg_prepared_xacts')));
      return prepared.flat().length === 0;
    }, 30_000);
    await expectTruth(url, load);
    for (const tenant of accounts)
      expect(await tenant.ask('{ verifyAudit { intact } }')).toEqual({ verifyAudit: { intact: true } });
    await citus.on(STANDBY, "SELECT citus_set_coordinator_host('127.0.0.1', $1)", [citus.servers.port(STANDBY)]);
    await eventually(async () => (await tenants.gateway.app.inject('/readyz')).statusCode === 200, 10_000);
    for (const tenant of accounts)
      expect(await tenant.ask('mutation { createTool(input: { name: "after" }) { name } }')).toEqual({
        createTool: { name: 'after' },
      });
  }, 120_000);
});
