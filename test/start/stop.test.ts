/** Stopping: accepted requests are answered, no client delays it, and the embedded PostgreSQL stops, too. */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { formatKey, newSecret } from '../../src/auth/key-format';
import { newId } from '../../src/db/ids';
import { runs } from '../harness/embedded';
import { freePort } from '../harness/ports';
import { buildProgram, cleanUp, newFolder, startProgram, type Program } from './gateway-program';

const MASTER_KEY = formatKey({ kind: 'master', keyId: newId(), secret: newSecret() });

beforeAll(() => buildProgram(), 60_000);
afterAll(() => cleanUp(), 60_000);

const serverProcess = (dataDir: string): number =>
  parseInt(readFileSync(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8'), 10);

async function openSocket(port: number, text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

/** A server stops as fast as its disk writes a checkpoint. */
async function untilGone(pid: number): Promise<void> {
  while (runs(pid)) await pause(50);
}

const status = (port: number, path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    request({ port, path, agent: false }, (response) => resolve(response.resume().statusCode ?? 0))
      .on('error', reject)
      .end();
  });

async function firstAccount(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': MASTER_KEY },
    body: JSON.stringify({ query: '{ accounts(first: 1) { nodes { id } } }' }),
  });
  const { data } = (await answer.json()) as { data: { accounts: { nodes: { id: string }[] } } };
  return data.accounts.nodes[0]?.id ?? '';
}

describe('with the embedded PostgreSQL', () => {
  let dataDir: string;
  let port: number;
  const start = (environment: Record<string, string> = {}): Program =>
    startProgram({ DATA_DIR: dataDir, PORT: String(port), ...environment });

  beforeAll(async () => {
    dataDir = join(await newFolder(), 'data');
    port = await freePort();
  });

  it('SIGTERM during start-up leaves no server running', async () => {
    const program = start();
    await program.until(/Creating a new PostgreSQL database/);
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    expect(existsSync(join(dataDir, 'postgres/cluster/postmaster.pid'))).toBe(false);
  }, 60_000);

  it('stops within SHUTDOWN_SECONDS with idle and silent clients, slow headers and bodies, unread answers, streams and WebSockets', async () => {
    const program = start({ SHUTDOWN_SECONDS: '2', MASTER_KEY });
    await program.until(/Ctrl-C stops it/);
    const server = serverProcess(dataDir);
    const head = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    const handshake =
      'GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-protocol: graphql-transport-ws\r\n';
    const stream = `accept: text/event-stream\r\nx-api-key: ${MASTER_KEY}\r\n`;
    const subscription = JSON.stringify({
      query: 'subscription ($account: ID) { events(accountId: $account) { id } }',
      variables: { account: await firstAccount(port) },
    });
    const sockets = await Promise.all([
      openSocket(port, 'GET /livez HTTP/1.1\r\nhost: x\r\n\r\n'),
      openSocket(port, ''),
      openSocket(port, head),
      openSocket(port, `${head}content-length: 100\r\n\r\n{`),
      openSocket(port, 'GET /graphiql HTTP/1.1\r\nhost: x\r\naccept: text/html\r\n\r\n'.repeat(100)),
      // A silent WebSocket, half a handshake, and a stream that is not read.
      openSocket(port, `${handshake}\r\n`),
      openSocket(port, handshake),
      openSocket(port, `${head}${stream}content-length: ${subscription.length}\r\n\r\n${subscription}`),
    ]);
    // The first of a hundred answers has started, and nobody reads on; the WebSocket is open, and the stream has
    // started.
    for (const socket of [sockets[4], sockets[5], sockets[7]]) await once(socket, 'readable');
    const answer: unknown = sockets[7].read();
    expect(String(answer)).toContain('text/event-stream');
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    await untilGone(server);
    expect(existsSync(join(dataDir, 'postgres/cluster/postmaster.pid'))).toBe(false);
    for (const socket of sockets) socket.destroy();
  }, 60_000);

  it('a second signal ends the gateway at once, and the server stops by itself', async () => {
    const program = start({ SHUTDOWN_SECONDS: '600' });
    await program.until(/Ctrl-C stops it/);
    const server = serverProcess(dataDir);
    const socket = await openSocket(port, 'POST /graphql HTTP/1.1\r\nhost: x\r\n');
    program.child.kill('SIGINT');
    await program.until(/SIGINT: completing accepted requests/);
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(128 + 15);
    await untilGone(server);
    socket.destroy();
  }, 60_000);

  it('recover-key creates a master key, whether or not the gateway is running', async () => {
    const recover = async (): Promise<string> => {
      const program = startProgram({ DATA_DIR: dataDir }, { args: ['dist/src/cli/main.js', 'recover-key'] });
      expect([await program.ended, program.stderr()]).toEqual([0, expect.stringMatching(/shown only once/)]);
      expect(program.stdout()).toMatch(/^pcl_master_\w+\n$/);
      return program.stdout().trim();
    };
    const keys = [await recover()];
    const program = start();
    await program.until(/Ctrl-C stops it/);
    keys.push(await recover());
    for (const key of keys) {
      const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': key },
        body: JSON.stringify({ query: '{ viewer { kind } }' }),
      });
      expect(await answer.json()).toEqual({ data: { viewer: { kind: 'MASTER' } } });
    }
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
  }, 60_000);

  it('backup reads the embedded database, whether or not the gateway is running, and does not disturb the gateway', async () => {
    const backup = async (name: string): Promise<void> => {
      const program = startProgram(
        { DATA_DIR: dataDir },
        { args: ['dist/src/cli/main.js', 'backup', join(dataDir, name)] },
      );
      expect([await program.ended, program.stderr()]).toEqual([0, expect.stringMatching(/contains everything except/)]);
      expect(existsSync(join(dataDir, name))).toBe(true);
    };
    await backup('stopped.backup');
    const program = start();
    await program.until(/Ctrl-C stops it/);
    const server = serverProcess(dataDir);
    await backup('running.backup');
    expect(serverProcess(dataDir)).toBe(server);
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
  }, 60_000);

  it.each([['recover-key'], ['backup', 'no.backup']])('%s without a database creates none', async (...words) => {
    const empty = join(await newFolder(), 'nothing');
    const program = startProgram({ DATA_DIR: empty }, { args: ['dist/src/cli/main.js', ...words] });
    expect(await program.ended).toBe(1);
    expect(program.stderr()).toMatch(/contains no database: start the gateway first/);
    expect(existsSync(empty)).toBe(false);
  });

  it('a server that crashes is restarted and used again', async () => {
    const program = start();
    await program.until(/Ctrl-C stops it/);
    expect(program.stdout()).toContain('npm run --silent portcullis -- recover-key');
    const before = serverProcess(dataDir);
    process.kill(before, 'SIGKILL');
    await program.until(/The embedded PostgreSQL is running again/);
    expect(serverProcess(dataDir)).not.toBe(before);
    while ((await status(port, '/readyz')) !== 200) await pause(50);
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
  }, 60_000);
});
