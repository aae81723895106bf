/**
 * A standby that does not belong to this primary is never read from: one of another cluster, of a restored copy, or
 * behind an address that was moved.
 */
import { eventually } from '../harness/eventually';
import { startTestGateway, type Client, type TestGateway } from '../harness/gateway';
import {
  answersOfReplicas,
  areReadFrom,
  replicaUrl,
  replicaWarnings,
  startReplicated,
  type ReplicatedDatabase,
} from '../harness/replicated-database';
import { query, queryValue } from '../harness/sql';
import { startTcpProxy } from '../harness/tcp-proxy';

const CREATE = 'mutation ($name: String!) { createTool(input: { name: $name }) { id } }';
const LIST = '{ tools(first: 5) { nodes { id name } } }';
const FOREIGN = 'foreign row';
const READS = 20;
/** Servers of the first cluster: its primary and standby, and the primary and standby of a copy. */
const [PRIMARY, STANDBY, COPY, COPY_STANDBY] = [0, 1, 2, 3] as const;

let own: ReplicatedDatabase;
/** Another cluster with the same roles and passwords, whose rows belong to the same account. */
let foreign: ReplicatedDatabase;
let key: string;

/** Advances the log so far that a foreign standby is beyond every position of ours. */
async function advanceLog(url: string): Promise<void> {
  for (let file = 0; file < 5; file += 1)
    await query(url, "SELECT pg_logical_emit_message(true, 'test', 'to fill a file'), pg_switch_wal()");
}

/** Assigns every tool of a database to an account, under another name. */
async function disguise(url: string, accountId: string): Promise<void> {
  await query(
    url,
    `ALTER TABLE tool DISABLE TRIGGER ALL; ALTER TABLE account DISABLE TRIGGER ALL;
     UPDATE account SET id = '${accountId}' WHERE slug = 'acme' AND id <> '${accountId}';
     UPDATE tool SET account_id = '${accountId}', name = '${FOREIGN} ' || id;
     ALTER TABLE tool ENABLE TRIGGER ALL; ALTER TABLE account ENABLE TRIGGER ALL`,
  );
}

/** An account with a tool. */
async function seedTool({
  database,
}: ReplicatedDatabase): Promise<{ readonly key: string; readonly accountId: string }> {
  const gateway = await startTestGateway({ database });
  try {
    const acme = await gateway.createAccount('acme');
    await acme.ask(CREATE, { name: 'own row' });
    return acme;
  } finally {
    await gateway.close();
  }
}

beforeAll(async () => {
  own = await startReplicated();
  foreign = await startReplicated({ dataDir: own.dataDir });
  const acme = await seedTool(own);
  key = acme.key;
  await seedTool(foreign);
  // A copy shows the mark that the primary had when it was made.
  await query(
    own.database.superuserUrl,
    "INSERT INTO replication_mark (timeline, mark) VALUES ('00000001', gen_random_uuid())",
  );
  await own.servers.restoreCopy(PRIMARY, COPY, COPY_STANDBY);
  await own.servers.attachStandby({ isSynchronous: false });
  await foreign.servers.attachStandby({ isSynchronous: false });
  for (const url of [foreign.database.superuserUrl, own.servers.url(COPY, 'portcullis')]) {
    await disguise(url, acme.accountId);
    await advanceLog(url);
  }
}, 180_000);
afterAll(async () => {
  await foreign.stop();
  await own.stop();
}, 60_000);

/** Starts a gateway on the first cluster's primary. */
const withReplicas = async (
  urls: readonly string[],
  work: (gateway: TestGateway, acme: Client) => Promise<void>,
): Promise<void> => {
  const gateway = await startTestGateway({
    database: own.database,
    settings: { REPLICA_DATABASE_URL: urls.map(replicaUrl) },
  });
  try {
    await work(gateway, gateway.client(key));
  } finally {
    await gateway.close();
  }
};

const says = (gateway: TestGateway, words: string): Promise<number> =>
  eventually(async () => (await replicaWarnings(gateway)).join().includes(words), 15_000);

/** Reads, and gets the rows of the primary. */
async function readOwnRows(acme: Client): Promise<void> {
  for (let read = 0; read < READS; read += 1) {
    const answer = JSON.stringify(await acme.ask(LIST));
    expect(answer).toContain('own row');
    expect(answer).not.toContain(FOREIGN);
  }
}

it('the foreign standbys would answer with foreign rows, or these tests prove nothing', async () => {
  const ofForeign = foreign.servers.url(STANDBY, 'portcullis');
  const ofCopy = own.servers.url(COPY_STANDBY, 'portcullis');
  const at = await queryValue(own.database.superuserUrl, 'SELECT pg_current_wal_flush_lsn()');
  const shows = `SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() > '${at}'
                    AND EXISTS (SELECT FROM tool WHERE name LIKE '${FOREIGN}%')`;
  for (const url of [ofForeign, ofCopy])
    await eventually(async () => (await queryValue(url, shows)) === 'true', 15_000);
});

it('a standby of another cluster is refused, reported in /readyz and in the log, and never read from', async () => {
  await withReplicas([foreign.servers.url(STANDBY)], async (gateway, acme) => {
    await readOwnRows(acme);
    const problem = 'it is not a copy of the primary: it is another cluster or database';
    await says(gateway, `Replica 1 is not used: ${problem}`);
    await readOwnRows(acme);
    expect(answersOfReplicas(gateway)).toBe(0);
    expect(gateway.log).toContainEqual(expect.objectContaining({ problem, level: 40 }));
  });
}, 60_000);

it('a server that accepts changes is not a replica: the primary itself, a logical replica, a copy', async () => {
  await withReplicas([own.servers.url(PRIMARY), own.servers.url(COPY)], async (gateway, acme) => {
    await readOwnRows(acme);
    const problem = 'it accepts writes: it is not a standby, or was promoted';
    for (const place of [1, 2]) await says(gateway, `Replica ${place} is not used: ${problem}`);
    await readOwnRows(acme);
    expect(answersOfReplicas(gateway)).toBe(0);
  });
}, 60_000);

it('without the right to read the system identifier, it is refused because of its history, and our own is read from', async () => {
  const urls = [own.database.superuserUrl, foreign.database.superuserUrl];
  const ofAll = (statement: string): Promise<unknown> => Promise.all(urls.map((url) => query(url, statement)));
  await ofAll('REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC');
  try {
    await withReplicas([own.servers.url(STANDBY), foreign.servers.url(STANDBY)], async (gateway, acme) => {
      await says(gateway, 'Replica 2 is not used: it does not follow the primary: it has a different history');
      await eventually(async () => (await replicaWarnings(gateway)).length === 1, 15_000);
      await readOwnRows(acme);
      expect(answersOfReplicas(gateway)).toBeGreaterThan(0);
    });
  } finally {
    await ofAll('GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC');
  }
}, 60_000);

it('a standby of a restored copy with the same system identifier and timeline is refused', async () => {
  await withReplicas([own.servers.url(COPY_STANDBY)], async (gateway, acme) => {
    await readOwnRows(acme);
    await says(gateway, 'it has a different history');
    await readOwnRows(acme);
    expect(answersOfReplicas(gateway)).toBe(0);
  });
}, 60_000);

it('a copy without its policies is refused even if it shows the mark of the primary', async () => {
  const copy = own.servers.url(COPY, 'portcullis');
  await query(copy, 'DROP POLICY tenant_rows ON tool');
  await withReplicas([own.servers.url(COPY_STANDBY)], async (gateway, acme) => {
    await says(gateway, 'it has a different history');
    const mark = await queryValue(own.database.superuserUrl, 'SELECT mark FROM replication_mark');
    await query(copy, 'UPDATE replication_mark SET mark = $1::uuid', [mark]);
    await says(gateway, 'the table tool has no policy for');
    await readOwnRows(acme);
    expect(answersOfReplicas(gateway)).toBe(0);
  });
}, 60_000);

it('no read is answered by another cluster to which the address of the replica was moved', async () => {
  const proxy = await startTcpProxy(own.servers.port(STANDBY));
  try {
    await withReplicas([proxy.url(own.servers.url(STANDBY))], async (gateway, acme) => {
      await eventually(() => areReadFrom(gateway), 15_000);
      await readOwnRows(acme);
      expect(answersOfReplicas(gateway)).toBeGreaterThan(0);
      proxy.lead(foreign.servers.port(STANDBY));
      await eventually(async () => {
        await readOwnRows(acme);
        return (await replicaWarnings(gateway)).join().includes('another cluster');
      }, 15_000);
      proxy.lead(own.servers.port(STANDBY));
      await eventually(() => areReadFrom(gateway), 15_000);
      await readOwnRows(acme);
    });
  } finally {
    proxy.close();
  }
}, 60_000);
