/** An unusable database is reported with one correct sentence for each reason, and nothing in it is changed. */
import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { refuseUnreachable, refuseUnusable } from '../../src/db/preflight';
import { canonicalPostgresUrl } from '../../src/settings/postgres-url';
import { EXIT_CODES, StartError } from '../../src/start-error';
import { currentRun, withDatabase } from '../harness/run';
import { connected } from '../harness/sql';
import {
  closesAtOnce,
  fakeServer,
  hasNoTls,
  isSelfSigned,
  refuses,
  SELF_SIGNED_CERTIFICATE,
  speaksHttp,
  type Behaviour,
} from './fake-server';

const PASSWORD = 'correct-horse';
const setting = 'DATABASE_URL';
const { superuserUrl } = currentRun();
/** The prefix of everything that these tests create on the server. */
const prefix = `start_${randomBytes(4).toString('hex')}`;

async function refusal(work: Promise<unknown>): Promise<StartError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StartError)) throw new Error(`Not refused, but: ${String(error)}`);
  expect(error.message).not.toContain(PASSWORD);
  return error;
}

const asSuperuser = <Result>(work: (client: Client) => Promise<Result>): Promise<Result> =>
  connected(superuserUrl, work);

const run = (...statements: string[]): Promise<void> =>
  asSuperuser(async (client) => {
    for (const statement of statements) await client.query(statement);
  });

/** The test server as another user, or another database of it. */
function urlFor(user: string, database = 'postgres', password = PASSWORD): string {
  const url = new URL(withDatabase(superuserUrl, database));
  url.username = user;
  url.password = password;
  return canonicalPostgresUrl(url.toString());
}

const role = `${prefix}_owner`;
const database = (suffix: string): string => `${prefix}_${suffix}`;

beforeAll(() => run(`CREATE ROLE ${role} LOGIN PASSWORD '${PASSWORD}'`));
afterAll(async () => {
  const { rows } = await asSuperuser((client) =>
    client.query<{ name: string }>('SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1)', [prefix]),
  );
  await run(...rows.map(({ name }) => `DROP DATABASE ${name} WITH (FORCE)`), `DROP ROLE ${role}`);
});

describe('an error of PostgreSQL is reported as it is', () => {
  beforeEach(() => run(`ALTER ROLE ${role} LOGIN CONNECTION LIMIT -1 VALID UNTIL 'infinity'`));

  it.each([
    ['another password', [], () => urlFor(role, 'postgres', 'battery'), 'rejected the password of the user'],
    ['an expired password', [`ALTER ROLE ${role} VALID UNTIL '2020-01-01'`], () => urlFor(role), 'has expired'],
    ['an unknown user', [], () => urlFor(`${prefix}_nobody`), /rejected the password|has no user/],
    ['a role that may not log in', [`ALTER ROLE ${role} NOLOGIN`], () => urlFor(role), `ALTER ROLE "${role}" LOGIN`],
    [
      'a role without free connections',
      [`ALTER ROLE ${role} CONNECTION LIMIT 0`],
      () => urlFor(role),
      `ALTER ROLE "${role}" CONNECTION LIMIT -1`,
    ],
    ['a database that does not exist', [], () => urlFor(role, database('none')), 'Create it: CREATE DATABASE'],
    [
      'a database without free connections',
      [`CREATE DATABASE ${database('full')} CONNECTION LIMIT 0`],
      () => urlFor(role, database('full')),
      'ALTER DATABASE',
    ],
    [
      'a database that accepts no connections',
      [`CREATE DATABASE ${database('closed')} ALLOW_CONNECTIONS false`],
      () => urlFor(role, database('closed')),
      'ALLOW_CONNECTIONS true',
    ],
    [
      'a database that may not be connected to',
      [`CREATE DATABASE ${database('private')}`, `REVOKE CONNECT ON DATABASE ${database('private')} FROM PUBLIC`],
      () => urlFor(role, database('private')),
      'GRANT CONNECT ON DATABASE',
    ],
    ['no password', [], () => urlFor(role, 'postgres', ''), `asks for a password of "${role}", and the URL has none`],
  ] as const)('%s', async (_name, statements, url, sentence) => {
    await run(...statements);
    const { message, exitCode } = await refusal(refuseUnreachable({ setting, url: url() }));
    expect(message).toMatch(sentence);
    expect(message).toMatch(/^DATABASE_URL: /);
    expect(exitCode).toBe(EXIT_CODES.unavailable);
  });
});

describe('a database that is reachable but can never be used', () => {
  it.each([
    [
      'another encoding',
      'latin',
      (name: string) => [
        `CREATE DATABASE ${name} OWNER ${role} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER libc TEMPLATE template0`,
      ],
      [/has the encoding LATIN1, and Portcullis needs UTF8/],
    ],
    [
      'a schema in which its user may not create tables',
      'locked',
      (name: string) => [`CREATE DATABASE ${name}`],
      [/GRANT USAGE, CREATE ON SCHEMA public TO start_/],
    ],
  ])('%s', async (_name, suffix, statements, sentences) => {
    await run(...statements(database(suffix)));
    const { message, exitCode } = await refusal(refuseUnusable({ setting, url: urlFor(role, database(suffix)) }));
    expect(message.split('\n')).toEqual(sentences.map((sentence): unknown => expect.stringMatching(sentence)));
    expect(exitCode).toBe(EXIT_CODES.misconfigured);
  });

  it('no schema public', async () => {
    const name = database('bare');
    await run(`CREATE DATABASE ${name} OWNER ${role}`);
    await connected(withDatabase(superuserUrl, name), (client) => client.query('DROP SCHEMA public CASCADE'));
    const { message } = await refusal(refuseUnusable({ setting, url: urlFor(role, name) }));
    expect(message).toMatch(/has no schema public: CREATE SCHEMA public AUTHORIZATION/);
  });

  it('a database with default_transaction_read_only works: the gateway sets its sessions itself', async () => {
    const name = database('quiet');
    await run(
      `CREATE DATABASE ${name} OWNER ${role}`,
      `ALTER DATABASE ${name} SET default_transaction_read_only = on`,
      `ALTER DATABASE ${name} SET search_path = elsewhere`,
    );
    await expect(refuseUnusable({ setting, url: urlFor(role, name) })).resolves.toEqual(expect.any(Array));
  });

  it('a locale that supports only A to Z is reported and accepted', async () => {
    const name = database('ascii');
    await run(
      `CREATE DATABASE ${name} OWNER ${role} LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER libc TEMPLATE template0`,
    );
    expect(await refuseUnusable({ setting, url: urlFor(role, name) })).toEqual([
      expect.stringMatching(/supports upper and lower case of A to Z only/),
    ]);
  });
});

describe("a failure of a pooler, another program or the network is not reported as PostgreSQL's", () => {
  it.each<[string, Behaviour, string, RegExp]>([
    [
      'a pooler that refuses start-up parameters',
      refuses('08P01', 'unsupported startup parameter: options'),
      '',
      /The pooler at .* refused the connection .*ignore_startup_parameters = options/,
    ],
    [
      'a pooler that mixes up prepared statements',
      refuses('42P05', 'prepared statement "begin" already exists'),
      '',
      /pgbouncer 1\.21 or later with max_prepared_statements/,
    ],
    [
      'a server that demands TLS',
      refuses('28000', 'no pg_hba.conf entry for host "127.0.0.1", user "u", database "d", no encryption'),
      '',
      /does not let the user "u" connect to the database "d" without TLS\. Add sslmode=verify-full \(or sslmode=require\)/,
    ],
    [
      'a server that does not know this machine',
      refuses('28000', 'no pg_hba.conf entry for host "127.0.0.1", user "u", database "d", SSL encryption'),
      '',
      /does not accept connections from this machine .*Ask its administrator for an entry in pg_hba\.conf/,
    ],
    [
      'a full server',
      refuses('53300', 'sorry, too many clients already'),
      '',
      /has no free connection left \(sorry, too many clients already\)/,
    ],
    [
      'a server that is starting',
      refuses('57P03', 'the database system is starting up'),
      '',
      /is not ready \(the database system is starting up\)/,
    ],
    ['an unknown refusal', refuses('XX999', 'because'), '', /refused the connection: because \(XX999\)/],
    [
      'a server without TLS',
      hasNoTls,
      '?sslmode=require',
      /sslmode=require demands TLS, and 127\.0\.0\.1:\d+ has none/,
    ],
    [
      'a certificate of an unknown authority',
      isSelfSigned,
      '?sslmode=verify-full',
      /is not signed by an authority that this machine trusts, as sslmode=verify-full demands\. Get the provider's CA file/,
    ],
    [
      'a certificate for another name',
      isSelfSigned,
      `?sslmode=verify-full&sslrootcert=${SELF_SIGNED_CERTIFICATE}`,
      /is not for the name 127\.0\.0\.1/,
    ],
    ['a connection that is closed at once', closesAtOnce, '', /closed the connection before PostgreSQL answered/],
    ['another program', speaksHttp, '?sslmode=require', /did not understand the request for TLS/],
  ])('%s', async (_name, behaviour, search, sentence) => {
    const server = await fakeServer(behaviour);
    const url = canonicalPostgresUrl(`postgres://u:${PASSWORD}@127.0.0.1:${server.port}/d${search}`);
    const { message, exitCode } = await refusal(refuseUnreachable({ setting, url }));
    server.close();
    expect(message).toMatch(sentence);
    expect(message).not.toContain('\n');
    expect(exitCode).toBe(EXIT_CODES.unavailable);
  });

  it.each([
    ['sslmode=require', '127.0.0.1', 'does not check the certificate'],
    [`sslmode=verify-ca&sslrootcert=${SELF_SIGNED_CERTIFICATE}`, '127.0.0.1', 'does not compare names'],
    [`sslmode=verify-full&sslrootcert=${SELF_SIGNED_CERTIFICATE}`, 'localhost', 'accepts the right one'],
  ])('%s at %s %s, as in libpq', async (search, host) => {
    const server = await fakeServer(isSelfSigned);
    const url = canonicalPostgresUrl(`postgres://u:${PASSWORD}@${host}:${server.port}/d?${search}`);
    // TLS works; the server refuses only the login.
    expect((await refusal(refuseUnreachable({ setting, url }))).message).toMatch(/The database "d" does not exist/);
    server.close();
  });

  it.each([
    ['a port where nothing listens', 'postgres://u@127.0.0.1:1/d', /Nothing accepts connections at 127\.0\.0\.1:1/],
    [
      'a name that does not resolve',
      'postgres://u@nowhere.invalid/d',
      /The host name nowhere\.invalid does not resolve|No name server/,
    ],
    ['a socket that does not exist', 'postgres://u@/d?host=/nowhere', /There is no socket \/nowhere\/\.s\.PGSQL\.5432/],
    ['a socket below a file', 'postgres://u@/d?host=/etc/hosts', /\/etc\/hosts is not a folder/],
  ])('%s', async (_name, url, sentence) => {
    const { message } = await refusal(refuseUnreachable({ setting, url: canonicalPostgresUrl(url) }));
    expect(message).toMatch(sentence);
  });
});
