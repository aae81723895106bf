/**
 * A streaming standby of a coordinator answers reads of distributed tables, with shards on the coordinator or on
 * workers, and never returns stale rows. Runs if CITUS_WORKER_URLS is set, on servers of its own.
 */
import { canStartCitus, startCitus, type CitusServers } from '../harness/citus-servers';
import { eventually } from '../harness/eventually';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { answersOfReplicas, areReadFrom, replicaUrl } from '../harness/replicated-database';
import { query } from '../harness/sql';

const STANDBY = 3;
/** How far the standby lags: reading from it without checking its position would return stale rows. */
const DELAY_MS = 20;
const CHANGES = 30;

const CREATE = 'mutation ($name: String!) { createTool(input: { name: $name }) { id } }';
const CHANGE =
  'mutation ($id: ID!, $description: String!) { updateTool(id: $id, input: { description: $description }) { id } }';
const LIST = '{ tools(first: 5) { nodes { id accountId description agents { name } } } }';

interface Tools {
  readonly tools: { readonly nodes: readonly { id: string; accountId: string; description: string | null }[] };
}

(canStartCitus() ? describe : describe.skip).each([
  ['the coordinator', []],
  ['workers', [1, 2]],
])('a standby of a coordinator, with shards on %s', (_where, workers) => {
  let citus: CitusServers;
  let tenants: TwoTenants;
  beforeAll(async () => {
    citus = await startCitus(workers);
    await citus.servers.attachStandby({ isSynchronous: false, standbys: [STANDBY] });
    const standby = citus.servers.url(STANDBY);
    await query(standby, `ALTER SYSTEM SET recovery_min_apply_delay = ${DELAY_MS}`);
    await query(standby, 'SELECT pg_reload_conf()');
    const { database } = citus;
    tenants = await createTwoTenants({ database, settings: { REPLICA_DATABASE_URL: [replicaUrl(standby)] } });
    await eventually(() => areReadFrom(tenants), 20_000);
  }, 180_000);
  afterAll(async () => {
    await tenants.close();
    await citus.stop();
  }, 60_000);

  it('answers an account, with its own rows and its latest changes', async () => {
    const { acme, globex } = tenants;
    await globex.ask(CREATE, { name: 'foreign' });
    const { id } = (await acme.ask<{ createTool: { id: string } }>(CREATE, { name: 'own' })).createTool;
    const before = answersOfReplicas(tenants);
    const seen: unknown[] = [];
    for (let turn = 0; turn < CHANGES; turn += 1) {
      const description = `change ${turn}`;
      await acme.ask(CHANGE, { id, description });
      const read = async (): Promise<void> => {
        const { tools } = await acme.ask<Tools>(LIST);
        seen.push(...tools.nodes.map((node) => [node.accountId, node.description === description]));
      };
      const answered = answersOfReplicas(tenants);
      await Promise.all([read(), read()]);
      await eventually(async () => {
        await read();
        return answersOfReplicas(tenants) > answered;
      }, 10_000);
    }
    expect(new Set(seen.map((each) => JSON.stringify(each)))).toEqual(
      new Set([JSON.stringify([acme.accountId, true])]),
    );
    expect(answersOfReplicas(tenants) - before).toBeGreaterThanOrEqual(CHANGES);
  }, 60_000);

  it('answers a master key across accounts', async () => {
    const before = answersOfReplicas(tenants);
    await eventually(async () => {
      const { tools } = await tenants.master.ask<Tools>(LIST);
      expect(new Set(tools.nodes.map(({ accountId }) => accountId)).size).toBe(2);
      return answersOfReplicas(tenants) > before;
    }, 10_000);
  });
});
