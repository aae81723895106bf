/**
 * A worker that has shards is lost under load: its accounts are told so and get nothing wrong, the others go on, and
 * nothing has to be restarted but the worker. Runs where CITUS_WORKER_URLS is set, on servers of its own.
 */
import { withRoles } from '../../src/db/setup/migrations';
import { eventually } from '../harness/eventually';
import { canStartCitus, startCitus, tenantOnEach, type CitusServers } from '../harness/citus-servers';
import { rolesOf } from '../harness/database';
import { startTestGateway, type Tenant, type TestGateway } from '../harness/gateway';
import { expectTruth, keepWriting, stopWriting } from '../harness/load';
import { connected } from '../harness/sql';
import { startTcpProxy, type TcpProxy } from '../harness/tcp-proxy';
import { EventSource } from '../streams/event-source';

const CREATE = 'mutation ($name: String!) { createTool(input: { name: $name }) { id } }';
const RENAME = 'mutation ($id: ID!, $name: String!) { updateTool(id: $id, input: { name: $name }) { id } }';
const WORKERS = [1, 2] as const;
const [LOST] = WORKERS;
const WRITERS = 2;
/** Acknowledged in each state of the servers. */
const WRITES = 40;

(canStartCitus() ? describe : describe.skip)('a coordinator with two workers', () => {
  let citus: CitusServers;
  let gateway: TestGateway;
  /** An account at each worker. */
  let lost: Tenant;
  let other: Tenant;
  let address: string;
  let isWritingOnBoth = false;

  beforeAll(async () => {
    citus = await startCitus(WORKERS);
    gateway = await startTestGateway({ database: citus.database });
    const [first, second] = await tenantOnEach(citus, gateway, WORKERS);
    if (!first || !second) throw new Error('An account is missing');
    [lost, other] = [first, second];
    address = await gateway.gateway.app.listen({ host: '127.0.0.1', port: 0 });
  }, 180_000);
  afterEach(() => (isWritingOnBoth = false));
  afterEach(stopWriting);
  afterAll(async () => {
    await gateway.close();
    await citus.stop();
  }, 60_000);

  const readiness = async (): Promise<{ ready: boolean; reasons: string[]; warnings: string[] }> =>
    (await gateway.gateway.app.inject('/readyz')).json();

  const expectIntactChains = async (): Promise<void> => {
    for (const tenant of [lost, other])
      expect(await tenant.ask('{ verifyAudit { intact } }')).toEqual({ verifyAudit: { intact: true } });
  };

  const follow = ({ key }: Tenant): Promise<EventSource> =>
    EventSource.open(address, { key, query: 'subscription { events { sequence } }' });

  /** Waits for events that no poll before this one can have found. */
  async function moreEvents(stream: EventSource): Promise<void> {
    const before = stream.events.length;
    await stream.until(({ events }) => events.length > before + 10, 30_000);
  }

  const prepared = async (): Promise<object[]> =>
    (await Promise.all(WORKERS.map((worker) => citus.on(worker, 'SELECT gid FROM pg_prepared_xacts')))).flat();

  /** Its log may have to be replayed. */
  const startAgain = (server: number): Promise<number> =>
    eventually(
      () =>
        citus.servers.startServer(server).then(
          () => true,
          () => false,
        ),
      30_000,
    );

  /** Changes an account at each worker by one statement at a time, until told to stop. @returns how many were stored. */
  function writeOnBoth(): { stop(): Promise<number> } {
    let stored = 0;
    isWritingOnBoth = true;
    const running = connected(citus.database.operatorUrl, async (client) => {
      for (let turn = 0; isWritingOnBoth; turn += 1)
        await client
          .query(`UPDATE account SET metadata = '{"turn": ${turn}}' WHERE id IN ($1, $2)`, [
            lost.accountId,
            other.accountId,
          ])
          .then(
            () => (stored += 1),
            () => undefined,
          );
    });
    return {
      stop: async () => {
        isWritingOnBoth = false;
        await running;
        return stored;
      },
    };
  }

  it('which is lost and comes back: callers are told the truth, and the accounts of the other one notice nothing', async () => {
    const [own, others, both] = [
      keepWriting('lost', [lost], WRITERS),
      keepWriting('other', [other], WRITERS),
      writeOnBoth(),
    ];
    for (const load of [own, others]) await load.acknowledged(WRITES);
    const [streamOfLost, streamOfOther] = [await follow(lost), await follow(other)];
    for (const stream of [streamOfLost, streamOfOther]) await moreEvents(stream);
    await citus.servers.loseMachine(LOST);
    await eventually(async () => own.told.notStored.length > 0, 30_000);
    await moreEvents(streamOfOther);
    await others.acknowledged(others.told.stored.length + WRITES);
    expect((await lost.send('{ tools { totalCount } }')).errors).toEqual([
      expect.objectContaining({ extensions: expect.objectContaining({ code: 'UNAVAILABLE', retry: true }) }),
    ]);
    expect(await other.ask('{ tools(first: 1) { nodes { name } } }')).toMatchObject({ tools: { nodes: [{}] } });
    expect(await readiness()).toMatchObject({
      ready: true,
      reasons: [],
      warnings: expect.arrayContaining([expect.stringMatching(/cannot connect to server \d+ of pg_dist_node/)]),
    });
    await startAgain(LOST);
    await own.acknowledged(own.told.stored.length + WRITES);
    await moreEvents(streamOfLost);
    for (const stream of [streamOfLost, streamOfOther]) {
      expect([stream.isOver, stream.codes]).toEqual([false, []]);
      stream.close();
    }
    await Promise.all([own.stop(), others.stop()]);
    const onBoth = await both.stop();
    for (const load of [own, others]) await expectTruth(citus.database.superuserUrl, load);
    expect([others.told.notStored, others.told.unknown]).toEqual([[], []]);
    await eventually(async () => (await prepared()).length === 0, 30_000);
    const turns = await citus.on(0, 'SELECT DISTINCT metadata FROM account WHERE id IN ($1, $2)', [
      lost.accountId,
      other.accountId,
    ]);
    expect(turns).toHaveLength(1);
    await expectIntactChains();
    await eventually(async () => !(await readiness()).warnings.some((warning) => /pg_dist_node/.test(warning)), 10_000);
    const { stored, notStored, unknown } = own.told;
    process.stdout.write(
      `Lost worker: stored ${stored.length}, refused ${notStored.length}, unknown ${unknown.length}; at the other one ${others.told.stored.length} stored; on both ${onBoth}\n`,
    );
  }, 180_000);

  describe('with a network between them', () => {
    let between: TcpProxy;
    let id: string;
    const lead = (port: number): Promise<object[]> =>
      citus.on(0, "SELECT citus_update_node(nodeid, '127.0.0.1', $1) FROM pg_dist_node WHERE groupid = $2", [
        port,
        LOST,
      ]);
    beforeAll(async () => {
      between = await startTcpProxy(citus.servers.port(LOST));
      await lead(Number(new URL(between.url(citus.database.superuserUrl)).port));
      id = (await lost.ask<{ createTool: { id: string } }>(CREATE, { name: 'before' })).createTool.id;
    });
    afterAll(async () => {
      await lead(citus.servers.port(LOST));
      between.close();
    });
    afterEach(() => between.answer());

    const told = async (text: string, variables: object): Promise<unknown[]> =>
      (await lost.send(text, variables)).errors.map(({ extensions: { code, retry } }) => [code, retry]);
    const named = async (name: string): Promise<number> => {
      const { tools } = await lost.ask<{ tools: { totalCount: number } }>(
        'query ($name: String!) { tools(filter: { name: { equals: $name } }) { totalCount } }',
        { name },
      );
      return tools.totalCount;
    };

    it('a change whose COMMIT is not answered may be stored, and callers are told so', async () => {
      let hasChanged = false;
      // Not that of a look-up of the key.
      between.loseAnswers((sent) => {
        hasChanged ||= sent.includes('UPDATE');
        return hasChanged && /\bCOMMIT\b/.test(sent);
      });
      expect(await told(RENAME, { id, name: 'stored without an answer' })).toEqual([['UNAVAILABLE', false]]);
      expect(await named('stored without an answer')).toBe(1);
    });

    it('a change that was prepared, and that the coordinator gave up, is rolled back; callers are not told to repeat it', async () => {
      between.loseAnswers((sent) => sent.includes('PREPARE TRANSACTION'));
      expect(await told(CREATE, { name: 'prepared' })).toEqual([['UNAVAILABLE', false]]);
      between.answer();
      await eventually(async () => (await prepared()).length === 0, 30_000);
      expect(await named('prepared')).toBe(0);
    }, 60_000);

    it('a change that was prepared, and that the coordinator committed, is stored', async () => {
      between.loseAnswers((sent) => sent.includes('COMMIT PREPARED'));
      expect(await told(CREATE, { name: 'committed' })).toEqual([]);
      between.answer();
      await eventually(async () => (await named('committed')) === 1, 30_000);
      await expectIntactChains();
    }, 60_000);

    it('a worker that does not answer keeps its own accounts waiting, and neither the others nor /readyz', async () => {
      between.fallSilent();
      let isAnswered = false;
      const waiting = told(RENAME, { id, name: 'never' }).finally(() => (isAnswered = true));
      expect(await readiness()).toMatchObject({
        ready: true,
        warnings: expect.arrayContaining([expect.stringMatching(/cannot connect to server \d+ of pg_dist_node/)]),
      });
      expect(await other.ask('{ tools(first: 1) { nodes { name } } }')).toMatchObject({ tools: { nodes: [{}] } });
      expect(isAnswered).toBe(false);
      expect(await waiting).toEqual([['UNAVAILABLE', true]]);
      between.answer();
      await eventually(async () => (await told(RENAME, { id, name: 'again' })).length === 0, 30_000);
    }, 90_000);
  });

  describe('which cannot be verified, and has rows that are read all the same', () => {
    const onWorker = (...statements: string[]): Promise<void> =>
      connected(citus.servers.url(LOST, 'portcullis'), async (client) => {
        for (const statement of ['SET citus.enable_alter_role_propagation = off', ...statements])
          await client.query(withRoles(statement, rolesOf(citus.database)));
      });
    const unverified = { ready: false, reasons: [expect.stringContaining('cannot be verified')] };

    it('because it refuses the tenant alone: nothing is served', async () => {
      await onWorker('ALTER ROLE {{tenant}} CONNECTION LIMIT 0');
      const found = await readiness();
      await onWorker('ALTER ROLE {{tenant}} CONNECTION LIMIT -1');
      expect(found).toMatchObject(unverified);
      // Anybody may read this.
      expect(JSON.stringify(found)).not.toContain('127.0.0.1');
      await eventually(async () => (await readiness()).ready, 10_000);
    }, 60_000);

    it('because it does not answer in time: nothing is served', async () => {
      const found = await connected(citus.servers.url(LOST, 'portcullis'), async (client) => {
        await client.query('BEGIN; LOCK TABLE pg_catalog.pg_inherits IN ACCESS EXCLUSIVE MODE');
        return readiness();
      });
      expect(found).toMatchObject(unverified);
      await eventually(async () => (await readiness()).ready, 10_000);
    }, 90_000);
  });
});
