/** Reads from a replica are never older than the account's changes; lagging, dead or promoted replicas are not used. */
import { cpuOfChildren } from '../../bench/harness/backend-cpu';
import { positionOf, timelineOf } from '../../src/db/replicas/position';
import { WrittenPositions } from '../../src/db/replicas/written-positions';
import { eventually } from '../harness/eventually';
import { createTwoTenants, startTestGateway, type Client, type TestGateway, type TwoTenants } from '../harness/gateway';
import {
  answersOfReplicas,
  areReadFrom,
  replicaUrl,
  replicaWarnings,
  startReplicated,
  type ReplicatedDatabase,
} from '../harness/replicated-database';
import { query, queryValue } from '../harness/sql';

const CREATE = 'mutation ($name: String!) { createTool(input: { name: $name }) { id } }';
const CHANGE =
  'mutation ($id: ID!, $description: String!) { updateTool(id: $id, input: { description: $description }) { id } }';
const LIST = '{ tools(first: 5) { nodes { id name description } } }';
const TOKEN = 'x-consistency-token';
/** Reads of something that was just stored; none may be stale. */
const READS = Number(process.env['REPLICA_READS'] ?? 150);
/** Reads after each change, before the replica can have replayed it. */
const READS_AT_ONCE = 3;
/** Reads whose cost is measured. */
const CPU_READS = Number(process.env['REPLICA_CPU_READS'] ?? 50);
/** How far the replica lags behind, in milliseconds. */
const DELAY_MS = 20;

interface Tools {
  readonly tools: { readonly nodes: readonly { id: string; name: string; description: string | null }[] };
}

let replicated: ReplicatedDatabase;
let pair: ReplicatedDatabase['servers'];
let database: ReplicatedDatabase['database'];
let tenants: TwoTenants;
/** A second gateway, which learns of the first one's changes only through tokens that callers present. */
let other: TestGateway;
let toolId: string;

beforeAll(async () => {
  replicated = await startReplicated();
  ({ servers: pair, database } = replicated);
  await pair.attachStandby({ isSynchronous: false });
  await query(pair.url(1), `ALTER SYSTEM SET recovery_min_apply_delay = ${DELAY_MS}`);
  await query(pair.url(1), 'SELECT pg_reload_conf()');
  const settings = { REPLICA_DATABASE_URL: [replicaUrl(pair.url(1))] };
  tenants = await createTwoTenants({ database, settings });
  other = await startTestGateway({ database, settings });
  for (const tenant of [tenants.globex, tenants.acme])
    toolId = (await tenant.ask<{ createTool: { id: string } }>(CREATE, { name: `of ${tenant.slug}` })).createTool.id;
  for (const gateway of [tenants, other]) await eventually(() => areReadFrom(gateway), 10_000);
}, 120_000);
afterAll(async () => {
  await other.close();
  await tenants.close();
  await replicated.stop();
}, 60_000);

interface Staleness {
  readonly reads: number;
  readonly stale: number;
}

/**
 * Changes the tool at the first gateway, then reads it several times at once, and again until the replica answers.
 * @param handsOver whether readers send the token that the writer got.
 */
async function staleReads(
  reader: TestGateway,
  least: number,
  { handsOver = false, untilReplica = true } = {},
): Promise<Staleness> {
  const { acme } = tenants;
  let [reads, stale] = [0, 0];
  while (reads < least) {
    const description = `change ${reads}`;
    const { headers } = await acme.send(CHANGE, { id: toolId, description });
    const sent: Record<string, string> = handsOver ? { [TOKEN]: String(headers[TOKEN]) } : {};
    const before = answersOfReplicas(reader);
    for (let turn = 0; turn < READS_AT_ONCE || (untilReplica && answersOfReplicas(reader) === before); turn += 1) {
      const { tools } = await reader.client(acme.key).ask<Tools>(LIST, {}, sent);
      if (tools.nodes.find(({ id }) => id === toolId)?.description !== description) stale += 1;
      reads += 1;
    }
  }
  return { reads, stale };
}

const report = (words: string, { reads, stale }: Staleness): boolean =>
  process.stdout.write(`Replica ${DELAY_MS} ms behind, ${words}: ${stale} of ${reads} reads stale\n`);

it('what an account has stored is in its next read, at this gateway and at another one that gets the token', async () => {
  const before = [tenants, other].map(answersOfReplicas);
  const here = await staleReads(tenants, READS);
  const there = await staleReads(other, READS, { handsOver: true });
  report('same gateway', here);
  report('another gateway, with the token', there);
  expect([here.stale, there.stale]).toEqual([0, 0]);
  const after = [tenants, other].map(answersOfReplicas);
  const byReplica = after.map((count, index) => count - (before[index] ?? 0));
  process.stdout.write(`Answered by the replica: ${byReplica.join(' and ')}\n`);
  for (const count of byReplica) expect(count).toBeGreaterThan(0);
}, 1_200_000);

it('without the comparison of positions the same reads are stale, or the test above proves nothing', async () => {
  const positions = jest.spyOn(WrittenPositions.prototype, 'of').mockImplementation(function (this: WrittenPositions) {
    return this.floor === null ? null : positionOf(timelineOf(this.floor), '0/0');
  });
  try {
    const here = await staleReads(tenants, 15);
    report('without the comparison', here);
    expect(here.stale).toBeGreaterThan(0);
  } finally {
    positions.mockRestore();
  }
});

it('a token reveals nothing about its account, and only tokens that a gateway issued for that account are accepted', async () => {
  const { acme, globex } = tenants;
  let made = 0;
  const tokenOf = async (client: Client): Promise<string> =>
    String((await client.send(CREATE, { name: `token ${(made += 1)}` })).headers[TOKEN]);
  const tokens = [await tokenOf(acme), await tokenOf(globex), await tokenOf(acme)];
  expect(new Set(tokens.map(({ length }) => length)).size).toBe(1);
  expect(new Set(tokens).size).toBe(3);
  expect((await acme.send(LIST)).headers).not.toHaveProperty(TOKEN);
  await eventually(async () => {
    const before = answersOfReplicas(tenants);
    await acme.ask(LIST, {}, { [TOKEN]: `${tokens[0]}, ${tokens[2]}` });
    return answersOfReplicas(tenants) > before;
  }, 10_000);
  const { text } = await acme.send(LIST);
  const before = answersOfReplicas(tenants);
  const tooMany = Array.from({ length: 17 }, () => tokens[0]).join();
  for (const token of [tokens[1] ?? '', 'nonsense', '', `${tokens[0]},nonsense`, tooMany])
    expect(await acme.send(LIST, {}, { [TOKEN]: token })).toMatchObject({ status: 200, text });
  expect(answersOfReplicas(tenants)).toBe(before);
});

it('reads that it answers cost the primary only the query for its position', async () => {
  const alone = await startTestGateway({ database });
  try {
    const parent = pair.processOf(0);
    const readAll = async (gateway: TestGateway): Promise<number> => {
      const before = cpuOfChildren(parent) ?? Number.NaN;
      for (let read = 0; read < CPU_READS; read += 1) await gateway.client(tenants.acme.key).ask(LIST);
      return ((cpuOfChildren(parent) ?? Number.NaN) - before) / CPU_READS;
    };
    await eventually(() => areReadFrom(tenants), 10_000);
    const byPrimary = await readAll(alone);
    const before = answersOfReplicas(tenants);
    const byReplica = await readAll(tenants);
    const answered = answersOfReplicas(tenants) - before;
    process.stdout.write(
      `CPU of the primary for a read: ${byPrimary.toFixed(0)} us; ${byReplica.toFixed(0)} us where a replica answered ${answered} of ${CPU_READS}\n`,
    );
    expect(answered).toBeGreaterThan(0);
  } finally {
    await alone.close();
  }
}, 600_000);

it('the replica keeps accounts apart through the repository, and through its own row level security without it', async () => {
  const before = answersOfReplicas(tenants);
  await eventually(async () => {
    for (const tenant of [tenants.acme, tenants.globex]) {
      const { tools } = await tenant.ask<Tools>(LIST);
      const foreign = tenant === tenants.acme ? tenants.globex : tenants.acme;
      expect(tools.nodes.map(({ name }) => name)).not.toContain(`of ${foreign.slug}`);
    }
    return answersOfReplicas(tenants) > before + 1;
  }, 10_000);
  const onReplica = new URL(database.tenantUrl);
  onReplica.host = new URL(pair.url(1)).host;
  expect(await query(onReplica.toString(), 'SELECT FROM tool')).toEqual([]);
  const session = `SELECT application_name FROM pg_stat_activity WHERE usename = '${onReplica.username}' AND application_name = 'portcullis-tenant'`;
  expect((await query(pair.url(1), session)).length).toBeGreaterThan(0);
});

it('mutations, audit verification and keys are not read from it', async () => {
  await eventually(() => areReadFrom(tenants), 10_000);
  const before = answersOfReplicas(tenants);
  await tenants.acme.ask('{ verifyAudit { intact } }');
  await tenants.acme.ask('{ viewer { kind } }');
  await tenants.acme.ask('mutation ($id: ID!) { updateTool(id: $id, input: { name: "new" }) { name agents { id } } }', {
    id: toolId,
  });
  expect(answersOfReplicas(tenants)).toBe(before);
});

it('while the mark of the primary is renewed, no replica is rejected, and no read is stale', async () => {
  // One of the gateways renews the mark and immediately queries the replica, which lags behind.
  const gateways = [tenants, other];
  for (const gateway of gateways) await eventually(() => areReadFrom(gateway), 10_000);
  const linesBefore = gateways.map(({ log }) => log.length);
  const shown = (server: 0 | 1): Promise<string> =>
    queryValue(pair.url(server, 'portcullis'), 'SELECT mark FROM replication_mark');
  const mark = await shown(1);
  await query(pair.url(0, 'portcullis'), "UPDATE replication_mark SET made_at = made_at - interval '1 hour'");
  await eventually(async () => (await shown(1)) !== mark, 10_000);
  expect((await staleReads(tenants, READS_AT_ONCE)).stale).toBe(0);
  for (const [index, gateway] of gateways.entries()) {
    expect(await areReadFrom(gateway)).toBe(true);
    expect(gateway.log.slice(linesBefore[index]).filter(({ replica }) => replica !== undefined)).toEqual([]);
  }
});

it('a replica that falls behind is not used until it has caught up', async () => {
  await query(pair.url(1), 'SELECT pg_wal_replay_pause()');
  await eventually(async () => (await replicaWarnings(tenants)).join().includes('it lags behind'), 10_000);
  const stuck = await staleReads(tenants, READS_AT_ONCE, { untilReplica: false });
  expect(stuck.stale).toBe(0);
  await query(pair.url(1), 'SELECT pg_wal_replay_resume()');
  await eventually(() => areReadFrom(tenants), 10_000);
});

it('a replica that dies makes no read fail, and is used again when it is back', async () => {
  const reads: Promise<readonly unknown[]>[] = [];
  const load = setInterval(() => reads.push(tenants.acme.send(LIST).then(({ errors }) => errors)), 5);
  try {
    await pair.kill(1);
    await eventually(async () => !(await areReadFrom(tenants)), 10_000);
    expect((await replicaWarnings(tenants)).join()).toMatch(
      /^Replica 1 is not used: it (cannot be reached|does not answer in time)$/,
    );
  } finally {
    clearInterval(load);
  }
  expect((await Promise.all(reads)).flat()).toEqual([]);
  await pair.startServer(1);
  const before = answersOfReplicas(tenants);
  await eventually(() => areReadFrom(tenants), 20_000);
  await eventually(async () => {
    await tenants.acme.ask(LIST);
    return answersOfReplicas(tenants) > before;
  }, 10_000);
}, 60_000);

it('a promoted replica is not used, regardless of its contents', async () => {
  await pair.promote(1);
  const rewrite = "ALTER TABLE tool DISABLE TRIGGER USER; UPDATE tool SET description = 'of another history'";
  await query(pair.url(1, 'portcullis'), rewrite);
  await eventually(async () => (await replicaWarnings(tenants)).join().includes('promoted'), 10_000);
  for (let read = 0; read < 20; read += 1)
    expect(JSON.stringify(await tenants.acme.ask<Tools>(LIST))).not.toContain('another history');
});
