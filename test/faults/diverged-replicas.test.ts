/**
 * After a failover, a standby of the former primary that is further than the new primary's history is never read from
 * again, and one that follows the new primary is. Tokens of both timelines remain correct.
 */
import { consistencyToken } from '../../src/graph/consistency-token';
import { CursorCipher } from '../../src/db/cursor';
import { secretOf } from '../harness/database';
import { eventually } from '../harness/eventually';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
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
const LIST = '{ tools(first: 5) { nodes { id description } } }';
const TOKEN = 'x-consistency-token';
const LOST = 'lost with the former primary';
const CHANGES = 20;
/**
 * The primary, the standby that is promoted, one that stays with the former primary, and one that follows the new one.
 */
const [FORMER, NEW, LEFT, FOLLOWER] = [0, 1, 2, 3] as const;

let replicated: ReplicatedDatabase;
let tenants: TwoTenants;
let toolId: string;
/** The token of a change that the former primary stored and replicated. */
let earlier: string;

const lsn = (server: number): Promise<string> =>
  queryValue(replicated.servers.url(server), 'SELECT pg_current_wal_flush_lsn()');

const hasReplayed = async (server: number, at: string): Promise<boolean> =>
  (await query(replicated.servers.url(server), 'SELECT WHERE pg_last_wal_replay_lsn() >= $1::pg_lsn', [at])).length > 0;

beforeAll(async () => {
  replicated = await startReplicated({ follows: true });
  const { servers, database } = replicated;
  await servers.attachStandby({ isSynchronous: false, standbys: [NEW, LEFT, FOLLOWER] });
  await query(servers.url(FOLLOWER), `ALTER SYSTEM SET primary_conninfo = '${servers.connectionTo(NEW)}'`);
  await query(servers.url(FOLLOWER), 'SELECT pg_reload_conf()');
  const urls = [LEFT, FOLLOWER].map((server) => replicaUrl(servers.url(server)));
  tenants = await createTwoTenants({ database, settings: { REPLICA_DATABASE_URL: urls } });
  toolId = (await tenants.acme.ask<{ createTool: { id: string } }>(CREATE, { name: 'tool' })).createTool.id;
  const { headers } = await tenants.acme.send(CHANGE, { id: toolId, description: 'before' });
  earlier = String(headers[TOKEN]);
  await eventually(() => areReadFrom(tenants), 15_000);
}, 180_000);
afterAll(async () => {
  await tenants.close();
  await replicated.stop();
}, 60_000);

const described = async (headers: Record<string, string> = {}): Promise<string> =>
  JSON.stringify(await tenants.acme.ask(LIST, {}, headers));

it('a standby of the former primary answers no read after the failover; one that follows the new primary does', async () => {
  const { servers } = replicated;
  const at = await lsn(FORMER);
  for (const server of [NEW, LEFT, FOLLOWER]) await eventually(() => hasReplayed(server, at), 15_000);
  await query(servers.url(NEW), "ALTER SYSTEM SET primary_conninfo = ''");
  await query(servers.url(NEW), 'SELECT pg_reload_conf()');
  await eventually(
    async () => (await query(servers.url(NEW), 'SELECT FROM pg_stat_wal_receiver')).length === 0,
    15_000,
  );
  await tenants.acme.ask(CHANGE, { id: toolId, description: LOST });
  await query(servers.url(FORMER), "SELECT pg_logical_emit_message(true, 'test', 'to fill a file'), pg_switch_wal()");
  await query(servers.url(FORMER), "SELECT pg_logical_emit_message(true, 'test', 'in the next file')");
  const lost = await lsn(FORMER);
  await eventually(() => hasReplayed(LEFT, lost), 15_000);

  await servers.kill(FORMER);
  await servers.promote(NEW);
  const write = async (description: string): Promise<boolean> =>
    (await tenants.acme.send(CHANGE, { id: toolId, description })).errors.length === 0;
  await eventually(() => write('after 0'), 30_000);
  expect(await described()).toContain('after 0');
  for (let change = 1; change < CHANGES; change += 1) {
    await tenants.acme.ask(CHANGE, { id: toolId, description: `after ${change}` });
    for (let read = 0; read < 3; read += 1) expect(await described()).toContain(`after ${change}"`);
  }
  // For comparison: by its position alone it would answer, with a row that no longer exists.
  expect(await hasReplayed(LEFT, await lsn(NEW))).toBe(true);
  const stale = await query(servers.url(LEFT, 'portcullis'), 'SELECT FROM tool WHERE description = $1', [LOST]);
  expect(stale).toHaveLength(1);

  await eventually(async () => (await tenants.gateway.app.inject('/readyz')).statusCode === 200, 10_000);
  const words = 'Replica 1 is not used: it does not follow the primary: it has a different history';
  await eventually(async () => (await replicaWarnings(tenants)).join() === words, 15_000);
  const before = answersOfReplicas(tenants);
  await eventually(async () => {
    expect(await described()).toContain(`after ${CHANGES - 1}"`);
    return answersOfReplicas(tenants) >= before + CHANGES;
  }, 15_000);
}, 120_000);

it('a token of the former timeline does not keep its caller from replicas, no matter how far that primary was', async () => {
  const read = async (token: string): Promise<number> => {
    const before = answersOfReplicas(tenants);
    await described({ [TOKEN]: token });
    return answersOfReplicas(tenants) - before;
  };
  const tokenAt = (position: string): string =>
    consistencyToken(
      new CursorCipher(secretOf(replicated.database)),
      { account: { id: tenants.acme.accountId } },
      position,
    );
  for (const token of [earlier, tokenAt('00000001FFFFFFFFFFFFFFFF')])
    await eventually(async () => (await read(token)) === 1, 15_000);
  // Positions of a later timeline, beyond everything stored, and of an earlier release: the primary answers at once.
  for (const position of ['000000030000000000000001', '00000002FFFFFFFFFFFFFFFF', '0000000000000001'])
    expect(await read(tokenAt(position))).toBe(0);
});
