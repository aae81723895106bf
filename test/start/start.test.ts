/** The program as users start it: its output and its exit codes. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { formatKey, newSecret } from '../../src/auth/key-format';
import { newId } from '../../src/db/ids';
import { EXIT_CODES } from '../../src/start-error';
import { createEmptyDatabase, type TestDatabase } from '../harness/database';
import { freePort, listen } from '../harness/ports';
import { buildProgram, cleanUp, MAIN, newFolder, startProgram } from './gateway-program';

const SECRETS_KEY = '0'.repeat(64);
const MASTER_KEY = formatKey({ kind: 'master', keyId: newId(), secret: newSecret() });

let database: TestDatabase;
/** The folder in which the tests' gateways keep what they generate. */
let folder: string;
let settings: Record<string, string>;

beforeAll(async () => {
  await buildProgram();
  database = await createEmptyDatabase();
  folder = await newFolder();
  // A gateway that runs next to the tests would have the default port.
  settings = {
    DATABASE_URL: database.ownerUrl,
    SECRETS_KEY,
    POOL_SIZE: '2',
    PORT: '0',
    DATA_DIR: join(folder, 'data'),
  };
}, 60_000);
afterAll(async () => {
  await cleanUp();
  await database.drop();
}, 60_000);

/** The port of another program. */
async function takenPort(): Promise<{ port: number; close: () => void }> {
  const server = createServer();
  return { port: await listen(server), close: () => void server.close() };
}

describe('a start that fails prints only the reason, on standard error:', () => {
  it('wrong settings, including those of .env, before it connects to the database', async () => {
    const cwd = join(folder, 'with-env');
    await mkdir(cwd);
    await writeFile(join(cwd, '.env'), 'PORT=many\nCORS_ORIGIN=https://app.example\n');
    const program = startProgram({ DATABASE_URL: 'postgres://nowhere.invalid/db' }, { cwd });
    expect(await program.ended).toBe(EXIT_CODES.misconfigured);
    expect(program.stdout()).toBe('');
    expect(program.stderr().trimEnd().split('\n')).toEqual([
      'Some settings are invalid:',
      '  PORT: "many" is not a whole number from 0 to 65535',
      '  CORS_ORIGIN: there is no such setting; did you mean CORS_ORIGINS?',
    ]);
  });

  it.each([
    ['a name that does not resolve', 'nowhere.invalid', /^HOST: the name nowhere\.invalid does not resolve\./],
    ['an address of another machine', '192.0.2.1', /^HOST: 192\.0\.2\.1 is not an address of this machine\./],
  ])(
    'HOST with %s',
    async (_name, host, sentence) => {
      for (const WORKERS of ['1', '2']) {
        const program = startProgram({ ...settings, HOST: host, WORKERS });
        expect(await program.ended).toBe(EXIT_CODES.misconfigured);
        expect(program.stderr()).toMatch(sentence);
        expect(program.stderr().trimEnd()).not.toContain('\n');
      }
    },
    60_000,
  );

  it('a port that another program uses', async () => {
    const { port, close } = await takenPort();
    const program = startProgram({ ...settings, PORT: String(port) });
    expect(await program.ended).toBe(EXIT_CODES.unavailable);
    expect(program.stderr()).toBe(
      `PORT: ${port} on 127.0.0.1 is in use. Stop the program that listens there, or choose another port: PORT=${port + 1} npm start\n`,
    );
    close();
  });

  it('a database that does not answer, without its password', async () => {
    const program = startProgram({ ...settings, DATABASE_URL: 'postgres://owner:hunter2@127.0.0.1:1/db' });
    expect(await program.ended).toBe(EXIT_CODES.unavailable);
    expect(program.stderr()).toMatch(/^DATABASE_URL: Nothing accepts connections at 127\.0\.0\.1:1\./);
    expect(program.stderr()).not.toMatch(/hunter2|\n./);
  });

  it.each([
    ['the embedded PostgreSQL', (): Record<string, string> => ({})],
    ['the secrets key', (): Record<string, string> => ({ DATABASE_URL: database.ownerUrl, POOL_SIZE: '2' })],
  ])(
    'DATA_DIR that cannot be made, for %s',
    async (_name, environment) => {
      await writeFile(join(folder, 'file'), '');
      await symlink(join(folder, 'nowhere'), join(folder, 'link')).catch(() => undefined);
      for (const [path, problem] of [
        [join(folder, 'file'), 'is a file, not a folder'],
        [join(folder, 'file', 'data'), 'is inside a file, not a folder'],
        [join(folder, 'link'), 'cannot be created: there is a broken link'],
        // Node.js never returns from creating a folder there.
        ...(process.platform === 'linux'
          ? [['/proc/portcullis/data', 'or a file system in which folders cannot be created'] as const]
          : []),
      ] as const) {
        const program = startProgram({ ...environment(), PORT: '0', DATA_DIR: path });
        expect(await program.ended).toBe(EXIT_CODES.misconfigured);
        expect(program.stderr()).toMatch(new RegExp(`^The data folder ${path} .*${problem}.*set DATA_DIR`));
        expect(program.stderr().trimEnd()).not.toContain('\n');
      }
    },
    60_000,
  );
});

describe('in production', () => {
  const production = (environment: Record<string, string>): Record<string, string> => ({
    ...settings,
    ENVIRONMENT: 'production',
    PORT: '0',
    ...environment,
  });

  it('a database without master keys is refused with the command that creates one, as a line of JSON', async () => {
    const program = startProgram(production({}));
    expect(await program.ended).toBe(EXIT_CODES.misconfigured);
    expect(JSON.parse(program.stderr())).toMatchObject({
      level: 60,
      msg: expect.stringMatching(/^MASTER_KEY: .*npm run --silent key -- --kind master/),
    });
  });

  it('all output is JSON without keys', async () => {
    const program = startProgram(production({ MASTER_KEY }));
    await program.until(/Listening/);
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    const lines = program.stdout().trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(
      expect.arrayContaining(['Listening', 'Stopped']),
    );
    expect(program.stdout() + program.stderr()).not.toMatch(/pcl_/);
    expect(program.stderr()).toBe('');
  });
});

it('two workers on an IPv6 address print it in brackets, and have compiled their meta-schemas before any request', async () => {
  const port = await freePort();
  const program = startProgram(
    { ...settings, MASTER_KEY, HOST: '::1', PORT: String(port), WORKERS: '2' },
    { args: ['--require', join(__dirname, 'note-compiled.js'), MAIN] },
  );
  await program.until(/Ctrl-C stops it/);
  // Three drafts in two workers.
  expect(program.stderr().match(/A validator was compiled/g)?.length).toBeGreaterThanOrEqual(6);
  expect(program.stdout()).toContain(`http://[::1]:${port}/graphql`);
  expect((await fetch(`http://[::1]:${port}/livez`)).status).toBe(200);
  program.child.kill('SIGTERM');
  expect(await program.ended).toBe(0);
}, 60_000);
