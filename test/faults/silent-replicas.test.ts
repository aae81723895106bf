/** A replica that falls silent, and one of several that does: no read fails or hangs, and they are found again. */
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
/** Far less than what a statement may take (16 s). */
const SOON_MS = 8_000;
const SLOW_MS = 20_000;

let replicated: ReplicatedDatabase;
/** In front of the same standby: two replicas for the gateway. */
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
  await eventually(() => areReadFrom(tenants), 15_000);
}, 20_000);

/** Sends reads of all accounts' callers at once. @returns when all of them are answered, without an error. */
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

it('replicas that fall silent hold no read up for long: the primary answers, and they are found again', async () => {
  // More connections than questions whether they answer need, however few reads met on a machine with other work.
  await eventually(async () => {
    await readAll([tenants.acme, tenants.globex, tenants.master]);
    return proxies.every((proxy) => proxy.open() > 3);
  }, SLOW_MS);
  for (const proxy of proxies) proxy.fallSilent();
  await readAll();
  await eventually(
    async () =>
      (await replicaWarnings(tenants)).join() ===
      [1, 2].map((place) => `Replica ${place} is not used: it does not answer in time`).join(),
    SOON_MS,
  );
  const before = answersOfReplicas(tenants);
  await readAll();
  expect(answersOfReplicas(tenants)).toBe(before);
  // Only questions whether they answer again are under way: the others' sockets are not left open.
  for (const proxy of proxies) await eventually(async () => proxy.open() <= 3, SLOW_MS);
  for (const proxy of proxies) proxy.answer();
  await eventually(() => areReadFrom(tenants), SOON_MS);
  await eventually(readByReplica, SOON_MS);
  expect(tenants.log).toContainEqual(
    expect.objectContaining({
      problem: 'it does not answer in time',
      msg: expect.stringContaining('the primary answers'),
    }),
  );
}, 60_000);

it('if one of several replicas becomes unresponsive, it is not used, and the other one continues to answer', async () => {
  const [, silent] = proxies;
  silent.fallSilent();
  try {
    await readAll();
    await eventually(async () => (await replicaWarnings(tenants)).length > 0, SOON_MS);
    expect(await replicaWarnings(tenants)).toEqual(['Replica 2 is not used: it does not answer in time']);
    await eventually(readByReplica, SOON_MS);
    await readAll();
  } finally {
    silent.answer();
  }
}, 60_000);

it('single connections that fall silent hold no read up for long, though the replica answers on others', async () => {
  await readAll([tenants.master]);
  // The gateway asks how replicas are on connections of the tenant role.
  for (const proxy of proxies) proxy.fallSilent((sent) => sent.includes('portcullis-operator'));
  try {
    await readAll([tenants.master]);
    expect(await replicaWarnings(tenants)).toEqual([]);
  } finally {
    for (const proxy of proxies) proxy.answer();
  }
  await eventually(async () => {
    const before = answersOfReplicas(tenants);
    await tenants.master.ask(LIST);
    return answersOfReplicas(tenants) > before;
  }, SOON_MS);
}, 60_000);
