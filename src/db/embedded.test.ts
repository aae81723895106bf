/** The embedded PostgreSQL: starting, stopping, and what it says when it cannot. Gateways to be killed are processes of their own. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, lstat, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { EmbeddedError, startEmbedded, type EmbeddedOptions, type EmbeddedPostgres } from './embedded';

type User = { uid: number; gid: number } | Record<string, never>;

const PROJECT = resolve(__dirname, '../..');
const isRoot = process.getuid?.() === 0;
const NOBODY = { uid: 65534, gid: 65534 };

/** An ordinary user to run as; null when the checkout, or Node, is closed to everyone but root. */
function ordinaryUser(): User | null {
  if (!isRoot) return {};
  const probe = spawnSync(
    process.execPath,
    ['-e', 'require(process.argv[1])', join(PROJECT, 'jest.config.js')],
    NOBODY,
  );
  return probe.status === 0 ? NOBODY : null;
}

const FAST = { fsync: 'off', full_page_writes: 'off' };
const folders: string[] = [];
const servers: EmbeddedPostgres[] = [];
const messages: string[] = [];

async function newFolder(mode = 0o711): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'portcullis-embedded-')));
  await chmod(folder, mode);
  folders.push(folder);
  return folder;
}

async function start(dataDir: string, options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbedded({
    dataDir,
    log: (message) => messages.push(message),
    unsafeSettings: FAST,
    ...options,
  });
  servers.push(server);
  return server;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows.flatMap((row) => Object.values(row));
  } finally {
    await client.end();
  }
}

const lockFile = (dataDir: string): string => join(dataDir, 'postgres/cluster/postmaster.pid');
const serverProcess = async (dataDir: string): Promise<number> =>
  parseInt(await readFile(lockFile(dataDir), 'utf8'), 10);

function runs(pid: number): boolean {
  const found = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  return found !== '' && !found.startsWith('Z');
}

async function isGone(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 100 && runs(pid); attempt += 1) await pause(50);
  return !runs(pid);
}

/** A gateway as a process of its own: starts an embedded PostgreSQL, prints one line about it, then runs `then`. */
function gateway(dataDir: string, then: string, user: User = {}): ChildProcess {
  const script = `
    const { startEmbedded } = require('./src/db/embedded.ts');
    const options = { dataDir: process.argv[1], log: () => {}, unsafeSettings: ${JSON.stringify(FAST)} };
    startEmbedded(options).then(
      async (server) => { console.log('started ' + server.url); ${then} },
      (error) => console.log(error.name + ': ' + error.message),
    );`;
  return spawn(process.execPath, ['-r', './test/harness/typescript.js', '-e', script, dataDir], {
    ...user,
    cwd: PROJECT,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function linesOf(child: ChildProcess): Promise<string[]> {
  const lines: string[] = [];
  if (child.stdout) for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  return lines;
}

async function killedGateway(dataDir: string): Promise<void> {
  const child = gateway(dataDir, `process.kill(process.pid, 'SIGKILL');`);
  await once(child, 'exit');
}

const refusal = (dataDir: string, options?: Partial<EmbeddedOptions>): Promise<unknown> =>
  start(dataDir, options).then(
    () => 'started',
    (error: unknown) => error,
  );

beforeEach(() => messages.splice(0));

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

describe('starting and stopping', () => {
  test('the first start makes a database, the next one finds its data', async () => {
    const dataDir = join(await newFolder(), 'new', 'data');
    const first = await start(dataDir);
    await query(first.url, 'create table note as select 42 as answer');
    await first.stop();
    const second = await start(dataDir);

    expect([first.created, second.created]).toEqual([true, false]);
    expect(await query(second.url, 'select answer from note')).toEqual([42]);
  });

  test('the URL is that of an ordinary owner of a UTF-8 database, on loopback, with a password', async () => {
    const dataDir = join(await newFolder(), 'data');
    const { url } = await start(dataDir);
    const found = await query(
      url,
      `select rolsuper, rolcreaterole, rolbypassrls, pg_get_userbyid(datdba) = current_user, current_database(),
         current_setting('server_encoding') as encoding,
         current_setting('listen_addresses') as addresses
       from pg_roles, pg_database where rolname = current_user and datname = current_database()`,
    );
    expect(found).toEqual([false, true, false, true, 'portcullis', 'UTF8', '127.0.0.1']);
    await expect(query(url.replace(/:[0-9a-f]+@/, ':wrong@'), 'select 1')).rejects.toMatchObject({ code: '28P01' });
    expect((await lstat(join(dataDir, 'postgres/password'))).mode & 0o777).toBe(0o600);
  });

  test('committed data are safe unless the harness says otherwise', async () => {
    const { url } = await start(join(await newFolder(), 'data'), { unsafeSettings: undefined });
    const settings = ['fsync', 'full_page_writes', 'synchronous_commit'].map((name) => `current_setting('${name}')`);
    expect(await query(url, `select ${settings.map((text, index) => `${text} as s${index}`).join(', ')}`)).toEqual([
      'on',
      'on',
      'on',
    ]);
  });

  test('stopping leaves no process and no lock file behind, however often it is asked for', async () => {
    const dataDir = join(await newFolder(), 'data');
    const server = await start(dataDir);
    const pid = await serverProcess(dataDir);
    expect(runs(pid)).toBe(true);
    await Promise.all([server.stop(), server.stop()]);
    expect(await isGone(pid)).toBe(true);
    await expect(lstat(lockFile(dataDir))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test("the terminal's Ctrl-C reaches the gateway, which can still use the database to close down", async () => {
    const dataDir = join(await newFolder(), 'data');
    const child = gateway(
      dataDir,
      `const { Client } = require('pg');
       const client = new Client({ connectionString: server.url });
       await client.connect();
       process.once('SIGINT', async () => {
         await client.query('select pg_sleep(0.3)');
         await client.end();
         await server.stop();
         console.log('closed down');
       });
       process.kill(-process.pid, 'SIGINT');`,
    );
    expect(await linesOf(child)).toEqual([expect.stringMatching(/^started /), 'closed down']);
  });
});

describe('after a gateway was killed', () => {
  test('its server is stopped, and the next gateway has the data', async () => {
    const dataDir = join(await newFolder(), 'data');
    await killedGateway(dataDir);
    const orphan = await serverProcess(dataDir);
    expect(runs(orphan)).toBe(true);

    const server = await start(dataDir);
    expect(await isGone(orphan)).toBe(true);
    expect(await query(server.url, 'select 1')).toEqual([1]);
    expect(messages.join()).toMatch(/Stopping the PostgreSQL that an earlier gateway left/);
  });

  test.each([
    ['no process', 'true'],
    ['a stranger', 'sleep'],
  ])('a lock file that names %s does not keep the next gateway from starting', async (_name, program) => {
    const dataDir = join(await newFolder(), 'data');
    const first = await start(dataDir);
    const text = await readFile(lockFile(dataDir), 'utf8');
    await first.stop();
    // PostgreSQL takes a lock file seriously only if its process belongs to the same user.
    const { uid, gid } = await lstat(join(dataDir, 'postgres'));
    const other = spawn(program, ['60'], isRoot ? { uid, gid } : {});
    if (program === 'true') await once(other, 'exit');
    await writeFile(lockFile(dataDir), text.replace(/^\d+/, String(other.pid)));
    if (isRoot) await chown(lockFile(dataDir), uid, gid);
    try {
      expect(await query((await start(dataDir)).url, 'select 1')).toEqual([1]);
    } finally {
      other.kill();
    }
  });
});

describe('what it refuses, in one sentence', () => {
  test('a folder that another living gateway uses, without disturbing it', async () => {
    const dataDir = join(await newFolder(), 'data');
    const { url } = await start(dataDir);
    const lines = await linesOf(gateway(dataDir, 'await server.stop();'));
    expect(lines).toEqual([expect.stringMatching(/^EmbeddedError: Another gateway is using .*DATA_DIR/)]);
    expect(await query(url, 'select 1')).toEqual([1]);
  });

  test('files that are not its own, which it leaves as they are', async () => {
    const dataDir = await newFolder();
    await mkdir(join(dataDir, 'postgres'));
    await writeFile(join(dataDir, 'postgres', 'thesis.txt'), 'precious');
    expect(await refusal(dataDir)).toMatchObject({ message: expect.stringMatching(/did not make.*DATA_DIR/) });
    expect(await readFile(join(dataDir, 'postgres', 'thesis.txt'), 'utf8')).toBe('precious');
  });

  test('the data folder of another PostgreSQL', async () => {
    const dataDir = await newFolder();
    await writeFile(join(dataDir, 'PG_VERSION'), '18\n');
    expect(await refusal(dataDir)).toMatchObject({ message: expect.stringMatching(/itself the data folder/) });
  });

  test('data of another major version', async () => {
    const dataDir = join(await newFolder(), 'data');
    await (await start(dataDir)).stop();
    await writeFile(join(dataDir, 'postgres/cluster/PG_VERSION'), '17\n');
    expect(await refusal(dataDir)).toMatchObject({
      message: expect.stringMatching(/PostgreSQL 17 .* PostgreSQL 18: /),
    });
  });

  test('a file in the place of the folder', async () => {
    const dataDir = join(await newFolder(), 'data');
    await writeFile(dataDir, '');
    expect(await refusal(dataDir)).toBeInstanceOf(EmbeddedError);
  });

  test('a lost password', async () => {
    const dataDir = join(await newFolder(), 'data');
    await (await start(dataDir)).stop();
    await rm(join(dataDir, 'postgres/password'));
    expect(await refusal(dataDir)).toBeInstanceOf(EmbeddedError);
  });

  test('a port that is taken', async () => {
    const { url } = await start(join(await newFolder(), 'data'));
    const port = Number(new URL(url).port);
    expect(await refusal(join(await newFolder(), 'data'), { port })).toMatchObject({
      message: expect.stringMatching(/^Port \d+ on 127\.0\.0\.1 is taken/),
    });
  });

  test('a platform whose binaries are not installed', async () => {
    const script = `
      Object.defineProperty(process, 'arch', { value: 'abacus' });
      const { startEmbedded } = require('./src/db/embedded.ts');
      startEmbedded({ dataDir: process.argv[1], log: () => {} }).catch((error) => console.log(error.message));`;
    const options = { cwd: PROJECT, encoding: 'utf8' } as const;
    const hook = ['-r', './test/harness/typescript.js'];
    const { stdout } = spawnSync(process.execPath, [...hook, '-e', script, await newFolder()], options);
    expect(stdout).toMatch(/^The PostgreSQL package .*-abacus is not installed: run "npm ci".*DATABASE_URL/);
  });
});

const ordinary = ordinaryUser();
if (ordinary !== null) {
  describe('as an ordinary user', () => {
    const owned = async (mode: number): Promise<string> => {
      const folder = await newFolder(mode);
      if (ordinary.uid !== undefined) await chown(folder, ordinary.uid, ordinary.gid);
      return folder;
    };

    test('it starts and stops in a folder of that user', async () => {
      const child = gateway(join(await owned(0o700), 'data'), `await server.stop(); console.log('stopped');`, ordinary);
      expect(await linesOf(child)).toEqual([expect.stringMatching(/^started /), 'stopped']);
    });

    test('a folder that cannot be written is told, with the cure', async () => {
      const lines = await linesOf(gateway(join(await owned(0o500), 'data'), 'await server.stop();', ordinary));
      expect(lines).toEqual([expect.stringMatching(/^EmbeddedError: The data folder .* cannot be written .*DATA_DIR/)]);
    });
  });
}

if (isRoot) {
  describe('as root', () => {
    test('a data folder closed to ordinary users is no obstacle: the data are kept elsewhere, behind a link', async () => {
      const dataDir = join(await newFolder(0o700), 'data');
      const first = await start(dataDir);
      folders.push(await realpath(join(dataDir, 'postgres')));
      await first.stop();
      expect((await lstat(join(dataDir, 'postgres'))).isSymbolicLink()).toBe(true);
      expect((await start(dataDir)).created).toBe(false);
      expect(messages.join()).toMatch(/is closed to the user PostgreSQL runs as/);
    });
  });
}

if (isRoot && ordinary !== null) {
  describe('as root and as an ordinary user, in turn', () => {
    test('data made by an ordinary user stay usable to both', async () => {
      const folder = await newFolder();
      await chown(folder, NOBODY.uid, NOBODY.gid);
      const dataDir = join(folder, 'data');
      await linesOf(gateway(dataDir, 'await server.stop();', NOBODY));
      await (await start(dataDir)).stop();
      const lines = await linesOf(gateway(dataDir, `await server.stop(); console.log('stopped');`, NOBODY));
      expect(lines).toEqual([expect.stringMatching(/^started /), 'stopped']);
    });

    test("an ordinary user is told whose data root's are", async () => {
      const dataDir = join(await newFolder(), 'data');
      await (await start(dataDir)).stop();
      const lines = await linesOf(gateway(dataDir, 'await server.stop();', NOBODY));
      expect(lines).toEqual([expect.stringMatching(/^EmbeddedError: .* belongs to the user with id \d+, not to you/)]);
    });
  });
}
