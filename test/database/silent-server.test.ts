/**
 * Connections to a server that no longer responds are destroyed, whatever they are doing: it would never confirm their
 * end.
 */
import { DatabaseUnavailableError } from '../../src/db/database-errors';
import type { PipelineClient } from '../../src/db/pipeline/pipeline-client';
import { ConnectionPool } from '../../src/db/pool';
import type { ServerKind } from '../../src/db/session-settings';
import { createDatabase, type TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { startTcpProxy, type TcpProxy } from '../harness/tcp-proxy';

/** So long that no timeout closes a connection while a test waits for that. */
const WAITS_MS = 120_000;
const CLOSED_WITHIN_MS = 20_000;
const NOBODY = '';

let database: TestDatabase;
let proxy: TcpProxy;
let pool: ConnectionPool;

const openPool = (leadsTo: ServerKind = 'primary'): ConnectionPool =>
  new ConnectionPool({
    url: proxy.url(database.tenantUrl),
    role: 'tenant',
    size: 2,
    preparesStatements: false,
    leadsTo,
    timeoutMs: WAITS_MS,
    onError: () => undefined,
  });

beforeAll(async () => {
  database = await createDatabase();
});
beforeEach(async () => {
  proxy = await startTcpProxy(Number(new URL(database.tenantUrl).port));
  pool = openPool();
});
afterEach(() => {
  pool.abandon();
  proxy.close();
});
afterAll(() => database.drop());

const areClosed = (): Promise<number> => eventually(async () => proxy.open() === 0, CLOSED_WITHIN_MS);

const ask = (client: PipelineClient): Promise<unknown[][][]> => client.batch([{ text: 'SELECT 1', values: [] }]);

it('a connection that is being opened to a silent server is closed when its pool is destroyed', async () => {
  proxy.fallSilent();
  const work = pool.use(NOBODY, ask).catch((error: unknown) => error);
  await eventually(async () => proxy.open() === 1, CLOSED_WITHIN_MS);
  pool.abandon();
  await areClosed();
  expect(await work).toBeInstanceOf(Error);
});

it('a connection that waits for an answer of a silent server is closed when its pool is destroyed', async () => {
  let isAsking = false;
  const work = pool
    .use(NOBODY, (client) => {
      proxy.fallSilent();
      isAsking = true;
      return ask(client);
    })
    .catch((error: unknown) => error);
  await eventually(async () => isAsking, CLOSED_WITHIN_MS);
  pool.abandon();
  await areClosed();
  expect(await work).toBeInstanceOf(Error);
});

it('a connection whose work found the database unavailable is closed, although the server never closes it', async () => {
  const work = pool.use(NOBODY, async () => {
    proxy.fallSilent();
    throw new DatabaseUnavailableError(true, new Error('a part of it does not answer'));
  });
  await expect(work).rejects.toThrow(DatabaseUnavailableError);
  await areClosed();
});

it('a connection that is returned to a closed pool is closed, although the server never closes it', async () => {
  let closing = Promise.resolve();
  await pool.use(NOBODY, async () => {
    closing = pool.close();
    proxy.fallSilent();
  });
  await closing;
  await areClosed();
});

it('a connection to a server of the wrong kind is closed, although the server never closes it', async () => {
  const standbys = openPool('standby');
  try {
    await expect(standbys.use(NOBODY, ask)).rejects.toThrow('it is not a standby');
    proxy.fallSilent();
    await areClosed();
  } finally {
    standbys.abandon();
  }
});

it('connections to a silent server are counted without answering them', async () => {
  let isAnswered = false;
  let counts = 0;
  const work = pool
    .use(NOBODY, async (client) => {
      proxy.fallSilent();
      await ask(client);
      isAnswered = true;
    })
    .catch((error: unknown) => error);
  await eventually(async () => {
    if (proxy.open() === 1) counts += 1;
    return counts === 50;
  }, CLOSED_WITHIN_MS);
  expect(isAnswered).toBe(false);
  pool.abandon();
  await work;
});
