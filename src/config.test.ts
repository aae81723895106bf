/** Settings: accepted values, and the messages for values that can never work. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, readConfig } from './config';
import { withEnvironmentFile } from './settings/environment';

function mistakesIn(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n').slice(1);
  }
}

const PASSWORD = 'hunter2secret';
const url = (rest: string): string => `postgres://owner:${PASSWORD}@${rest}`;

describe('a setting that can never work is refused with the reason', () => {
  it.each([
    ['CORS_ORIGINS', 'https://app.example/', '"https://app.example/" is not an origin: write https://app.example'],
    ['CORS_ORIGINS', 'https://app.example/path?x=1#y', 'is not an origin: write https://app.example'],
    ['CORS_ORIGINS', 'app2.example', '"app2.example" is not an origin: write https://app2.example'],
    ['CORS_ORIGINS', 'localhost:3000', '"localhost:3000" is not an origin: write https://localhost:3000'],
    ['CORS_ORIGINS', 'https://app.example:443', 'is not an origin: write https://app.example'],
    ['CORS_ORIGINS', 'http://App.Example', 'is not an origin: write http://app.example'],
    ['CORS_ORIGINS', 'https://bücher.example', 'is not an origin: write https://xn--bcher-kva.example'],
    ['CORS_ORIGINS', 'https://user:word@app.example', 'is not an origin: write https://app.example'],
    ['CORS_ORIGINS', 'https://*.app3.example', 'wildcards are not supported'],
    ['CORS_ORIGINS', '*', 'wildcards are not supported'],
    ['CORS_ORIGINS', 'null', '"null" is not an origin'],
    ['CORS_ORIGINS', 'https://a.example https://b.example', 'separate origins with commas'],
    ['CORS_ORIGINS', 'https://', 'write scheme, host and port'],
    ['TRUSTED_PROXIES', 'loopback', '"loopback" is not an address or network'],
    ['TRUSTED_PROXIES', '10.0.0.0/33', 'the number behind / is from 0 to 32'],
    ['TRUSTED_PROXIES', '10.0.0.1:8080', 'is not an address or network'],
    ['HOST', '[::1]', '"[::1]" is not an address: write ::1, without brackets'],
    ['HOST', '*', 'write 0.0.0.0'],
    ['HOST', 'http://gateway.example:4000/', 'is not a host name: write gateway.example, and the port as PORT'],
    ['HOST', 'localhost:4000', 'is not a host name: write localhost, and the port as PORT'],
    ['HOST', 'a b', 'is neither an IP address nor a host name'],
    ['PORT', 'http', '"http" is not a whole number from 0 to 65535'],
    ['PORT', '70000', '"70000" is not a whole number from 0 to 65535'],
    ['PORT', '-1', '"-1" is not a whole number'],
    ['PORT', '4e3', '"4e3" is not a whole number'],
    ['POOL_SIZE', '0', '"0" is not a whole number from 1 to 200'],
    ['SHUTDOWN_SECONDS', '0', '"0" is not a whole number from 1 to 3600'],
    ['RATE_LIMIT_KEY', '1.5', '"1.5" is not a whole number 0 or more'],
    ['ENVIRONMENT', 'prod', '"prod" is not one of development, production'],
    ['SANDBOX', 'maybe', '"maybe" is neither true nor false'],
    ['SECRETS_KEY', 'abc', 'has 3 characters and must be 64 hexadecimal digits (32 bytes): create one with'],
    ['SECRETS_KEY', 'z'.repeat(64), 'must be 64 hexadecimal digits'],
    ['MASTER_KEY', 'pcl_live_abc', 'is not a complete master key'],
    ['TRUSTED_DOCUMENTS', '/does/not/exist', '/does/not/exist is not a folder'],
    ['DATABASE_URL', 'mysql://localhost/db', 'must be a URL like postgres://'],
    ['DATABASE_URL', 'postgres://owner:100%zz@host/db', 'the password contains an unencoded "%": write it as %25'],
    ['DATABASE_URL', 'postgres://owner:a%ff@host/db', 'the password contains percent-encoded bytes that are not UTF-8'],
    ['DATABASE_URL', 'postgres://owner:a#b@host/db', 'contains a "#", which ends a URL: in a password write it as %23'],
    ['DATABASE_URL', 'postgres://owner:a/b@host/db', 'the password contains an unencoded "/": write it as %2F'],
    ['DATABASE_URL', 'postgres://owner:a?b@host/db', 'the password contains an unencoded "?": write it as %3F'],
    ['DATABASE_URL', 'postgres://owner:a b@host/db', 'contains a space: write it as %20'],
    ['DATABASE_URL', url('host:99999/db'), 'the port "99999" is not a whole number from 1 to 65535'],
    ['DATABASE_URL', url('::1/db'), 'write an IPv6 address in brackets'],
    ['DATABASE_URL', url('h1:5432,h2:5432/db'), 'names several hosts: add target_session_attrs=read-write'],
    ['DATABASE_URL', url('h1:5432,h2:x/db?target_session_attrs=read-write'), 'the port "x" is not a whole number'],
    ['DATABASE_URL', url('/db?host=/a,/b'), 'names several hosts in host=: write them as postgres://'],
    ['DATABASE_URL', url('host/db?schema=app'), 'the parameter "schema" is not supported: Portcullis keeps its tables'],
    ['DATABASE_URL', url('host/db?pgbouncer=true'), 'it belongs to Prisma'],
    ['DATABASE_URL', url('host/db?ssl=true'), 'write sslmode=require'],
    ['DATABASE_URL', url('host/db?options=-c%20search_path=x'), 'Portcullis sets the settings of its sessions itself'],
    ['DATABASE_URL', url('host/db?sslmode=on'), 'sslmode=on is not one of disable, require, verify-ca, verify-full'],
    ['DATABASE_URL', url('host/db?sslmode=prefer'), 'leaves it to the server whether anything is encrypted'],
    ['DATABASE_URL', url('host/db?sslmode=verify-ca'), 'sslmode=verify-ca needs sslrootcert'],
    ['DATABASE_URL', url('host/db?sslmode=verify-full&sslrootcert=/no/ca.pem'), 'the file /no/ca.pem cannot be read'],
    ['DATABASE_URL', url('host/db?sslrootcert=/etc/hosts'), 'sslrootcert has no effect without sslmode'],
    ['DATABASE_URL', url('host/db?target_session_attrs=standby'), 'requests a read-only server'],
    ['LISTEN_DATABASE_URL', 'localhost', 'must be a URL like postgres://'],
    ['REPLICA_DATABASE_URL', 'postgres://h1, h2:5432', 'write a URL per replica, separated by commas'],
    ['REPLICA_DATABASE_URL', 'postgres://h1,postgres://tenant:x@h2', 'names a user: leave user and password out'],
    ['CORS_ORIGIN', 'https://app.example', 'there is no such setting; did you mean CORS_ORIGINS?'],
    ['TRUSTED_PROXY', '10.0.0.1', 'did you mean TRUSTED_PROXIES?'],
    ['DATABASE_URI', url('host/db'), 'did you mean DATABASE_URL?'],
    ['SECRET_KEY', 'abc', 'did you mean SECRETS_KEY?'],
    ['data_dir', 'x', 'did you mean DATA_DIR?'],
  ])('%s=%s', (name, value, reason) => {
    const [mistake, ...others] = mistakesIn({ [name]: value });
    expect(others).toEqual([]);
    expect(mistake).toContain(`  ${name}: `);
    expect(mistake).toContain(reason);
    expect(mistake).not.toContain(PASSWORD);
  });

  it('names all mistakes at once', () => {
    const mistakes = mistakesIn({
      PORT: 'x',
      HOST: '[::1]',
      CORS_ORIGINS: 'a.example, https://b.example/',
      WORKER: '2',
    });
    expect(mistakes).toEqual([
      '  HOST: "[::1]" is not an address: write ::1, without brackets',
      '  PORT: "x" is not a whole number from 0 to 65535',
      '  CORS_ORIGINS: "a.example" is not an origin: write https://a.example; "https://b.example/" is not an origin: write https://b.example',
      '  WORKER: there is no such setting; did you mean WORKERS?',
    ]);
  });
});

describe('a setting that can work is accepted', () => {
  it.each([
    ['CORS_ORIGINS', 'https://app.example, http://localhost:3000,http://[::1]:8080', 3],
    ['CORS_ORIGINS', 'capacitor://localhost,https://xn--bcher-kva.example', 2],
    ['TRUSTED_PROXIES', '10.0.0.0/8, 2001:db8::/32, 127.0.0.1', 3],
  ] as const)('%s=%s', (name, value, count) => {
    expect(readConfig({ [name]: value })[name]).toHaveLength(count);
  });

  it.each(['::1', '::', '0.0.0.0', 'localhost', 'gateway.internal', 'fe80::1%eth0'])('HOST=%s', (host) => {
    expect(readConfig({ HOST: host }).HOST).toBe(host);
  });

  it('a DATABASE_URL with several hosts, and the part of it that a worker gets', () => {
    const text = url('h1:5433,[::1],h3/db?target_session_attrs=read-write');
    const { DATABASE_URL = '' } = readConfig({ DATABASE_URL: text });
    expect(new URL(DATABASE_URL).searchParams.get('hosts')).toBe('h1:5433,[::1]:5432,h3:5432');
    expect(new URL(DATABASE_URL).host).toBe('h1:5433');
    expect(readConfig({ DATABASE_URL }).DATABASE_URL).toBe(DATABASE_URL);
  });

  it('several replicas, each with its own parameters', () => {
    const { REPLICA_DATABASE_URL = [] } = readConfig({
      REPLICA_DATABASE_URL: 'postgres://h1:5433?sslmode=require, postgres://h2/other',
    });
    expect(REPLICA_DATABASE_URL.map((text) => new URL(text).host)).toEqual(['h1:5433', 'h2:5432']);
    expect(new URL(REPLICA_DATABASE_URL[0] ?? '').searchParams.get('sslmode')).toBe('require');
  });

  it.each(['PATH', 'HOSTNAME', 'TEST_DATABASE_URL', 'POSTGRES_PASSWORD', 'NODE_ENV', 'HOME', 'REPORT'])(
    'a variable of another program: %s',
    (name) => {
      expect(mistakesIn({ [name]: 'x' })).toEqual([]);
    },
  );

  it('NODE_ENV is production for the packages that read it, unless it is set', () => {
    const { NODE_ENV } = process.env;
    const modeAfterLoading = (): string | undefined => {
      jest.isolateModules(() => jest.requireActual('./config'));
      return process.env['NODE_ENV'];
    };
    try {
      expect(modeAfterLoading()).toBe(NODE_ENV);
      delete process.env['NODE_ENV'];
      expect(modeAfterLoading()).toBe('production');
    } finally {
      process.env['NODE_ENV'] = NODE_ENV;
    }
  });

  it('an empty variable counts as unset', () => {
    const { PORT, DATABASE_URL } = readConfig({ PORT: '', DATABASE_URL: ' ' });
    expect([PORT, DATABASE_URL]).toEqual([4000, undefined]);
  });
});

describe('a database URL is read as libpq reads it', () => {
  const read = (text: string): URL => new URL(readConfig({ DATABASE_URL: text }).DATABASE_URL ?? '');

  it.each([
    ['postgresql://u:p@/db?host=/cloudsql/x', '/cloudsql/x', '5432'],
    ['postgresql://u:p@%2Fvar%2Frun%2Fpostgresql:6432/db', '/var/run/postgresql', '6432'],
    ['postgresql:///db?host=/tmp&user=u&password=p&port=1234', '/tmp', '1234'],
  ])('a socket: %s', (text, folder, port) => {
    const socket = read(text);
    expect(socket.searchParams.get('host')).toBe(folder);
    expect([socket.port, socket.pathname, socket.username, socket.password]).toEqual([port, '/db', 'u', 'p']);
  });

  it('an IPv6 address', () => {
    expect(read('postgres://u@[::1]:5433/db').host).toBe('[::1]:5433');
  });

  it('a password with encoded characters', () => {
    expect(decodeURIComponent(read('postgres://u:a%23b%25c%2Fd@host/db').password)).toBe('a#b%c/d');
  });

  it.each([
    ['', 'disable'],
    ['?sslmode=require', 'require'],
    ['?sslmode=no-verify', 'require'],
    ['?sslmode=verify-full&sslrootcert=system', 'verify-full'],
    ['?sslmode=require&channel_binding=require&connect_timeout=5&application_name=x', 'require'],
  ])('TLS is explicit, whatever the environment says: "%s"', (search, mode) => {
    const { searchParams } = read(`postgres://u:p@host/db${search}`);
    expect([searchParams.get('sslmode'), searchParams.get('uselibpqcompat')]).toEqual([mode, 'true']);
    expect(searchParams.has('application_name')).toBe(false);
  });
});

it.each([
  'postgresql://u:p%25@/db?host=/cloudsql/x',
  'postgres://u@[::1]/db?sslmode=verify-full&channel_binding=require&sslnegotiation=direct',
])('settings that are read from %s are read the same by a worker', (text) => {
  const { DATABASE_URL = '' } = readConfig({ DATABASE_URL: text });
  expect(readConfig({ DATABASE_URL }).DATABASE_URL).toBe(DATABASE_URL);
});

describe('the file .env', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-env-'));
  writeFileSync(join(folder, '.env'), 'PORT=4100\nHOST="::1" # for me\nCORS_ORIGINS=https://app.example\n');

  it('is read, and variables of the environment override it, even empty ones', () => {
    const config = readConfig(withEnvironmentFile({ PORT: '4200', CORS_ORIGINS: '' }, folder));
    expect(config).toMatchObject({ PORT: 4200, HOST: '::1', CORS_ORIGINS: [] });
  });

  it('may be missing', () => {
    expect(withEnvironmentFile({ PORT: '1' }, join(folder, 'missing'))).toEqual({ PORT: '1' });
  });
});
