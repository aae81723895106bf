/** The embedded PostgreSQL: starting, stopping, and its messages when it cannot start. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chown, lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedError } from './start-embedded';
import {
  cleanUp,
  gateway,
  isGone,
  isRoot,
  killedGateway,
  linesOf,
  lockFile,
  messages,
  newFolder,
  PROJECT,
  query,
  refusal,
  runs,
  serverProcess,
  start,
} from '../../test/harness/embedded';

cleanUp();

describe('starting and stopping', () => {
  test('the first start creates a database, and the next start finds its data', async () => {
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

  test('commits are durable unless the harness turns that off', async () => {
    const { url } = await start(join(await newFolder(), 'data'), { unsafeSettings: undefined });
    const settings = ['fsync', 'full_page_writes', 'synchronous_commit'].map((name) => `current_setting('${name}')`);
    expect(await query(url, `select ${settings.map((text, index) => `${text} as s${index}`).join(', ')}`)).toEqual([
      'on',
      'on',
      'on',
    ]);
  });

  test('stopping repeatedly leaves no process and no lock file', async () => {
    const dataDir = join(await newFolder(), 'data');
    const server = await start(dataDir);
    const pid = await serverProcess(dataDir);
    expect(runs(pid)).toBe(true);
    await Promise.all([server.stop(), server.stop()]);
    expect(await isGone(pid)).toBe(true);
    await expect(lstat(lockFile(dataDir))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('Ctrl-C in a terminal stops the gateway before its database', async () => {
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
  test('its server is stopped, and the next gateway serves the data', async () => {
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
    ['another process', 'sleep'],
  ])('a lock file that names %s does not prevent the next gateway from starting', async (_name, program) => {
    const dataDir = join(await newFolder(), 'data');
    const first = await start(dataDir);
    const text = await readFile(lockFile(dataDir), 'utf8');
    await first.stop();
    // PostgreSQL respects a lock file only if its process belongs to the same user.
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

describe('the embedded server refuses, with one sentence,', () => {
  test('a folder that another running gateway uses, without disturbing it', async () => {
    const dataDir = join(await newFolder(), 'data');
    const { url } = await start(dataDir);
    const lines = await linesOf(gateway(dataDir, 'await server.stop();'));
    expect(lines).toEqual([expect.stringMatching(/^EmbeddedError: Another gateway is using .*DATA_DIR/)]);
    expect(await query(url, 'select 1')).toEqual([1]);
  });

  test('a folder with files of another program, which it leaves unchanged', async () => {
    const dataDir = await newFolder();
    await mkdir(join(dataDir, 'postgres'));
    await writeFile(join(dataDir, 'postgres', 'thesis.txt'), 'precious');
    expect(await refusal(dataDir)).toMatchObject({ message: expect.stringMatching(/did not create.*DATA_DIR/) });
    expect(await readFile(join(dataDir, 'postgres', 'thesis.txt'), 'utf8')).toBe('precious');
  });

  test('the data folder of another PostgreSQL', async () => {
    const dataDir = await newFolder();
    await writeFile(join(dataDir, 'PG_VERSION'), '18\n');
    expect(await refusal(dataDir)).toMatchObject({
      message: expect.stringMatching(/is the data folder of a PostgreSQL/),
    });
  });

  test('data of another major version', async () => {
    const dataDir = join(await newFolder(), 'data');
    await (await start(dataDir)).stop();
    await writeFile(join(dataDir, 'postgres/cluster/PG_VERSION'), '17\n');
    expect(await refusal(dataDir)).toMatchObject({
      message: expect.stringMatching(/PostgreSQL 17 .* PostgreSQL 18: /),
    });
  });

  test('a file instead of a folder', async () => {
    const dataDir = join(await newFolder(), 'data');
    await writeFile(dataDir, '');
    expect(await refusal(dataDir)).toBeInstanceOf(EmbeddedError);
  });

  test('a data folder without its password', async () => {
    const dataDir = join(await newFolder(), 'data');
    await (await start(dataDir)).stop();
    await rm(join(dataDir, 'postgres/password'));
    expect(await refusal(dataDir)).toBeInstanceOf(EmbeddedError);
  });

  test('a port that is in use', async () => {
    const { url } = await start(join(await newFolder(), 'data'));
    const port = Number(new URL(url).port);
    expect(await refusal(join(await newFolder(), 'data'), { port })).toMatchObject({
      message: expect.stringMatching(/^Port \d+ on 127\.0\.0\.1 is in use/),
    });
  });

  test('a platform whose binaries are not installed', async () => {
    const script = `
      Object.defineProperty(process, 'arch', { value: 'abacus' });
      const { startEmbedded } = require('./src/embedded-postgres/start-embedded.ts');
      startEmbedded({ dataDir: process.argv[1], log: () => {} }).catch((error) => console.log(error.message));`;
    const options = { cwd: PROJECT, encoding: 'utf8' } as const;
    const hook = ['-r', './test/harness/typescript.js'];
    const { stdout } = spawnSync(process.execPath, [...hook, '-e', script, await newFolder()], options);
    expect(stdout).toMatch(/^The PostgreSQL package .*-abacus is not installed: run "npm ci".*DATABASE_URL/);
  });
});
