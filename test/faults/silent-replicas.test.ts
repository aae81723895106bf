/** If replicas become unresponsive, no read fails or hangs, and they are used again once they respond. */
import { eventually } from '../harness/eventually';
import { createTwoTenants, type Client, type TwoTenants } from '../harness/gateway';
import {
  answersOfReplicas,
  areReadFrom,
  replicaUrl,
  replicaWarnings,
  startReplicated,
  type ReplicatedDatabase,
} from '../harness/replicated-database';
import { startTcpProxy, type TcpProxy } from '../harness/tcp-proxy';

const LIST = '{ tools(first: 5) { nodes { id name } } }';
const READS = 20;
/** Far less than the statement timeout (16 s). */
const SOON_MS = 8_000;
/** For things that happen eventually, on a machine with other work. */
const SLOW_MS = 20_000;
const SILENT = 'is not used: it does not answer in time';

let replicated: ReplicatedDatabase;
/** Two proxies in front of the same standby, which are two replicas for the gateway. */
let proxies: readonly [TcpProxy, TcpProxy];
let tenants: TwoTenants;

beforeAll(async () => {
  replicated = await startReplicated();
  const { servers, database } = replicated;
  await servers.attachStandby({ isSynchronous: false });
  proxies = await Promise.all([startTcpProxy(servers.port(1)), startTcpProxy(servers.port(1))]);
  const addresses = proxies.map((proxy) => replicaUrl(proxy.url(servers.url(1))));
  tenants = await createTwoTenants({ database, settings: { POOL_SIZE: 10, REPLICA_DATABASE_URL: addresses } });
  for (const tenant of [tenants.acme, tenants.globex])
    await tenant.ask('mutation ($name: String!) { createTool(input: { name: $name }) { id } }', {
      name: `of ${tenant.slug}`,
    });
}, 120_000);
afterAll(async () => {
  await tenants.close();
  for (const proxy of proxies) proxy.close();
  await replicated.stop();
}, 60_000);
beforeEach(async () => {
  for (const proxy of proxies) proxy.answer();
  await eventually(() => areReadFrom(tenants), SLOW_MS);
}, 30_000);

/** Sends concurrent reads as the given callers. @returns when all of them are answered without an error. */
async function readAll(clients: readonly Client[] = [tenants.acme, tenants.globex]): Promise<void> {
  let answered = 0;
  const reads = Array.from({ length: READS }, async (_, read) => {
    const client = clients[read % clients.length] ?? tenants.acme;
    await client.ask(LIST);
    answered += 1;
  });
  await eventually(async () => answered === READS, SOON_MS);
  await Promise.all(reads);
}

const readByReplica = async (): Promise<boolean> => {
  const before = answersOfReplicas(tenants);
  await tenants.acme.ask(LIST);
  return answersOfReplicas(tenants) > before;
};

it('unresponsive replicas do not delay reads for long: the primary answers, and the replicas are used again afterwards', async () => {
  // More connections than the regular checks need, however few reads were concurrent on a busy machine.
  await eventually(async () => {
    await readAll([tenants.acme, tenants.globex, tenants.master]);
    return proxies.every((proxy) => proxy.open() > 3);
  }, SLOW_MS);
  for (const proxy of proxies) proxy.fallSilent();
  await readAll();
  await eventually(
    async () => (await replicaWarnings(tenants)).join() === `Replica 1 ${SILENT},Replica 2 ${SILENT}`,
    SLOW_MS,
  );
  const before = answersOfReplicas(tenants);
  await readAll();
  expect(answersOfReplicas(tenants)).toBe(before);
  // Only the regular checks have sockets; those of the reads are not left open.
  for (const proxy of proxies) await eventually(async () => proxy.open() <= 3, SLOW_MS);
  for (const proxy of proxies) proxy.answer();
  await eventually(() => areReadFrom(tenants), SLOW_MS);
  await eventually(readByReplica, SLOW_MS);
  expect(tenants.log).toContainEqual(
    expect.objectContaining({
      problem: 'it does not answer in time',
      msg: expect.stringContaining('the primary answers'),
    }),
  );
}, 90_000);

it('if one of several replicas becomes unresponsive, it is not used, and the other one continues to answer', async () => {
  const [, silent] = proxies;
  silent.fallSilent();
  try {
    await readAll();
    await eventually(async () => (await replicaWarnings(tenants)).join() === `Replica 2 ${SILENT}`, SLOW_MS);
    await eventually(readByReplica, SLOW_MS);
    await readAll();
  } finally {
    silent.answer();
  }
}, 90_000);

/** Whether the replicas were still used after reads on unresponsive connections. */
async function readOnSilentConnections(): Promise<boolean> {
  await eventually(() => areReadFrom(tenants), SLOW_MS);
  await readAll([tenants.master]);
  // The gateway checks replicas on connections of the tenant role.
  for (const proxy of proxies) proxy.fallSilent((sent) => sent.includes('portcullis-operator'));
  try {
    await readAll([tenants.master]);
    return await areReadFrom(tenants);
  } finally {
    for (const proxy of proxies) proxy.answer();
  }
}

it('single unresponsive connections do not delay reads for long, although the replica answers on others', async () => {
  // Repeated, because on a busy machine a replica may be rejected for being late.
  await eventually(readOnSilentConnections, SLOW_MS);
  await eventually(async () => {
    const before = answersOfReplicas(tenants);
    await tenants.master.ask(LIST);
    return answersOfReplicas(tenants) > before;
  }, SLOW_MS);
}, 90_000);
