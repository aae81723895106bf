/**
 * Shards move from one worker to another while their accounts write: nothing is lost, and what protects their rows moves
 * with them. Runs where CITUS_WORKER_URLS is set, on servers of its own.
 */
import { withRoles } from '../../src/db/setup/migrations';
import { canStartCitus, serverOf, startCitus, tenantOnEach, type CitusServers } from '../harness/citus-servers';
import { rolesOf } from '../harness/database';
import { startTestGateway, type Tenant, type TestGateway } from '../harness/gateway';
import { expectTruth, keepWriting, stopWriting } from '../harness/load';
import { connected, queryValue } from '../harness/sql';

const WORKERS = [1, 2] as const;
const [FROM, TO] = WORKERS;
const WRITERS = 2;
/** Acknowledged before, between and after the moves. */
const WRITES = 30;

const TOOLS = '{ tools(first: 100) { nodes { accountId } } }';
type Tools = { tools: { nodes: { accountId: string }[] } };

(canStartCitus() ? describe : describe.skip)('a shard that is moved to another worker', () => {
  let citus: CitusServers;
  let gateway: TestGateway;
  let moving: Tenant;
  let resident: Tenant;

  beforeAll(async () => {
    citus = await startCitus(WORKERS);
    gateway = await startTestGateway({ database: citus.database });
    const [first, second] = await tenantOnEach(citus, gateway, WORKERS);
    if (!first || !second) throw new Error('An account is missing');
    [moving, resident] = [first, second];
  }, 180_000);
  afterEach(stopWriting);
  afterAll(async () => {
    await gateway.close();
    await citus.stop();
  }, 60_000);

  const shardOf = (table: string): Promise<string> =>
    queryValue(
      citus.database.superuserUrl,
      'SELECT get_shard_id_for_distribution_column($1::text::regclass, $2::text::uuid)',
      [table, moving.accountId],
    );

  /** All tables' shards of the account at once, as an administrator would. */
  async function move(from: number, to: number, mode = 'block_writes', timeoutMs = 0): Promise<void> {
    const [source, target] = [from, to].map((server) => citus.servers.port(server));
    const shard = await shardOf('account');
    await connected(citus.database.superuserUrl, async (client) => {
      await client.query(`SET statement_timeout = ${timeoutMs}`);
      await client.query(
        "SELECT citus_move_shard_placement($1, '127.0.0.1', $2, '127.0.0.1', $3, shard_transfer_mode => $4)",
        [shard, source, target, mode],
      );
    });
    expect(await serverOf(citus, moving.accountId)).toBe(to);
  }

  const readiness = async (): Promise<{ ready: boolean; reasons: string[] }> =>
    (await gateway.gateway.app.inject('/readyz')).json();

  const owners = async (client: Pick<Tenant, 'ask'>): Promise<Set<string>> =>
    new Set((await client.ask<Tools>(TOOLS)).tools.nodes.map(({ accountId }) => accountId));

  it('loses nothing that its account writes meanwhile, and keeps accounts apart', async () => {
    const [own, others] = [keepWriting('moving', [moving], WRITERS), keepWriting('resident', [resident], WRITERS)];
    for (const load of [own, others]) await load.acknowledged(WRITES);
    await move(FROM, TO);
    for (const load of [own, others]) await load.acknowledged(load.told.stored.length + WRITES);
    await move(TO, FROM);
    for (const load of [own, others]) await load.acknowledged(load.told.stored.length + WRITES);
    await move(FROM, TO);
    await Promise.all([own.stop(), others.stop()]);
    for (const load of [own, others]) await expectTruth(citus.database.superuserUrl, load);
    for (const tenant of [moving, resident]) {
      expect(await owners(tenant)).toEqual(new Set([tenant.accountId]));
      expect(await tenant.ask('{ verifyAudit { intact } }')).toEqual({ verifyAudit: { intact: true } });
    }
    const counts = [own, others].map(({ told }) =>
      [told.stored, told.notStored, told.unknown].map(({ length }) => length).join('/'),
    );
    process.stdout.write(`Moved shards: stored/refused/unknown ${counts.join(' of the account, ')} of another one\n`);
  }, 120_000);

  it('stays where it is when the move is ended that replicates it, which row level security refuses', async () => {
    const load = keepWriting('replicated', [moving], WRITERS);
    await expect(move(TO, FROM, 'force_logical', 4_000)).rejects.toThrow('statement timeout');
    await load.acknowledged(load.told.stored.length + WRITES);
    await load.stop();
    await expectTruth(citus.database.superuserUrl, load);
    // Citus removes its role for the replication, a member of the owner, by itself after a while.
    await citus.on(0, 'CALL citus_cleanup_orphaned_resources()');
    expect(await serverOf(citus, moving.accountId)).toBe(TO);
    expect(await readiness()).toMatchObject({ ready: true, reasons: [] });
    expect(await moving.ask('{ verifyAudit { intact } }')).toEqual({ verifyAudit: { intact: true } });
  }, 60_000);

  it('is verified where it is now: by /readyz, and by a gateway that starts', async () => {
    expect(await readiness()).toMatchObject({ ready: true, reasons: [] });
    const shard = `tool_${await shardOf('tool')}`;
    const run = (statement: string): Promise<void> =>
      connected(citus.servers.url(TO, 'portcullis'), async (client) => {
        await client.query('SET citus.enable_manual_changes_to_shards = on; SET citus.enable_ddl_propagation = off');
        await client.query(withRoles(statement.replaceAll('SHARD', shard), rolesOf(citus.database)));
      });
    for (const [weaken, mend] of [
      ['ALTER TABLE SHARD NO FORCE ROW LEVEL SECURITY', 'ALTER TABLE SHARD FORCE ROW LEVEL SECURITY'],
      ['CREATE POLICY odd ON SHARD TO {{tenant}} USING (true)', 'DROP POLICY odd ON SHARD'],
      ['ALTER TABLE SHARD OWNER TO postgres', 'ALTER TABLE SHARD OWNER TO {{owner}}'],
    ] as const) {
      await run(weaken);
      const [weak, refused] = [await readiness(), startTestGateway({ database: citus.database })];
      await expect(refused).rejects.toThrow(`the shard ${shard.slice('tool_'.length)} of the table tool on the server`);
      await run(mend);
      expect(weak.ready).toBe(false);
      expect(weak.reasons.join()).toContain('differs from its table in');
    }
    expect(await readiness()).toMatchObject({ ready: true, reasons: [] });
  }, 60_000);
});
