/** Validates PostgreSQL connection URLs, and rewrites them so that node-postgres reads them as libpq does. */
import { accessSync, constants } from 'node:fs';
import { InvalidSetting, setting } from './setting-types';

const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'];
const EXAMPLE = 'postgres://user:password@host:5432/database';

/** libpq parameters without effect here: Portcullis sets its own value, or they ask for what is always the case. */
const WITHOUT_EFFECT = new Set([
  'application_name',
  'fallback_application_name',
  'connect_timeout',
  'keepalives',
  'keepalives_idle',
  'keepalives_interval',
  'keepalives_count',
  'tcp_user_timeout',
  'gssencmode',
  'sslcompression',
  // In URLs that this module has written.
  'uselibpqcompat',
  'sslsni',
]);

/** Why parameters commonly copied from elsewhere are refused. */
const NOT_OURS: Readonly<Record<string, string>> = {
  schema: 'Portcullis keeps its tables in the schema public and supports no other',
  currentSchema: 'Portcullis keeps its tables in the schema public and supports no other',
  search_path: 'Portcullis keeps its tables in the schema public and supports no other',
  options: 'Portcullis sets the settings of its sessions itself',
  ssl: 'write sslmode=require, or sslmode=verify-full',
  pgbouncer: 'it belongs to Prisma; leave it out',
  connection_limit: 'it belongs to Prisma; set POOL_SIZE instead',
};

interface Parts {
  readonly user: string;
  readonly password: string;
  readonly host: string;
  readonly port: string;
  /** Each of several servers; none if there is only one. */
  readonly hosts: readonly { readonly host: string; readonly port: string }[];
  readonly database: string;
}

/** Decodes %XX. The decoded part may include the password, so errors do not show the text. */
function decode(text: string, part: string): string {
  if (/%(?![0-9a-f]{2})/i.test(text))
    throw new InvalidSetting(`the ${part} contains an unencoded "%": write it as %25`);
  try {
    return decodeURIComponent(text);
  } catch {
    throw new InvalidSetting(`the ${part} contains percent-encoded bytes that are not UTF-8`);
  }
}

/** Refuses characters that end the authority of a URL, which a password must not contain unencoded. */
function refuseRawCharacters(rest: string): void {
  if (/\s/.test(rest)) throw new InvalidSetting('contains a space: write it as %20');
  if (rest.includes('#')) throw new InvalidSetting('contains a "#", which ends a URL: in a password write it as %23');
  const [authority = ''] = rest.split(/[/?]/, 1);
  const raw = rest.charAt(authority.length);
  const beforeParameters = rest.split('?', 1)[0] ?? '';
  const cut = raw === '?' ? rest.slice(authority.length) : beforeParameters.slice(authority.length);
  if (!authority.includes('@') && authority.includes(':') && cut.includes('@'))
    throw new InvalidSetting(`the password contains an unencoded "${raw}": write it as ${encodeURIComponent(raw)}`);
}

function portOf(text: string | undefined): string {
  if (text === undefined || text === '') return '5432';
  if (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535) return text;
  throw new InvalidSetting(`the port "${text}" is not a whole number from 1 to 65535`);
}

/** Parses `host:port`, `[address]:port`, or nothing. */
function readHost(text: string): Pick<Parts, 'host' | 'port'> {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::([^:]*))?$/.exec(text);
  if (!match) throw new InvalidSetting(`"${text}" is not a host: write an IPv6 address in brackets, like [::1]:5432`);
  return { host: decode(match[1] ?? match[2] ?? '', 'host'), port: portOf(match[3]) };
}

function readParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of text.split('&').filter((each) => each !== '')) {
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    parameters.set(decode(name, 'parameter'), decode(value, `parameter ${name}`));
  }
  return parameters;
}

/** The TLS parameters as node-postgres names them. */
function tlsParameters(given: ReadonlyMap<string, string>): [string, string][] {
  // node-postgres's name for libpq's `require`.
  const mode = given.get('sslmode') === 'no-verify' ? 'require' : (given.get('sslmode') ?? 'disable');
  if (mode === 'prefer' || mode === 'allow')
    throw new InvalidSetting(
      `sslmode=${mode} leaves it to the server whether anything is encrypted: write require, verify-full or disable`,
    );
  if (!SSL_MODES.includes(mode)) throw new InvalidSetting(`sslmode=${mode} is not one of ${SSL_MODES.join(', ')}`);
  const root = given.get('sslrootcert');
  if (root !== undefined && mode !== 'verify-full' && mode !== 'verify-ca' && mode !== 'require')
    throw new InvalidSetting('sslrootcert has no effect without sslmode=verify-full: add it');
  if (mode === 'verify-ca' && (root === undefined || root === 'system'))
    throw new InvalidSetting('sslmode=verify-ca needs sslrootcert=<file>: add it, or write sslmode=verify-full');
  const files = ['sslrootcert', 'sslcert', 'sslkey'].flatMap((name): [string, string][] => {
    const file = given.get(name);
    if (file === undefined || (name === 'sslrootcert' && file === 'system')) return [];
    try {
      accessSync(file, constants.R_OK);
    } catch {
      throw new InvalidSetting(`${name}: the file ${file} cannot be read`);
    }
    return [[name, file]];
  });
  return [['sslmode', mode], ['uselibpqcompat', 'true'], ...files];
}

function sessionParameters(given: ReadonlyMap<string, string>): [string, string][] {
  const target = given.get('target_session_attrs') ?? 'any';
  if (!['any', 'read-write', 'primary'].includes(target))
    throw new InvalidSetting(`target_session_attrs=${target} requests a read-only server: write read-write`);
  const encoding = given.get('client_encoding') ?? 'auto';
  if (!/^(auto|utf-?8)$/i.test(encoding)) throw new InvalidSetting('client_encoding: Portcullis supports only UTF8');
  const negotiation = given.get('sslnegotiation');
  const binding = given.get('channel_binding') ?? given.get('enableChannelBinding');
  return [
    ...(negotiation === undefined ? [] : [['sslnegotiation', negotiation] as [string, string]]),
    ...(binding === undefined || binding === 'disable' ? [] : [['enableChannelBinding', 'true'] as [string, string]]),
  ];
}

const READ = new Set([
  'user',
  'password',
  'host',
  'port',
  'dbname',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'sslnegotiation',
  'channel_binding',
  'enableChannelBinding',
  'target_session_attrs',
  'client_encoding',
  // For URLs that this module has written.
  'hosts',
]);

function refuseUnknown(given: ReadonlyMap<string, string>): void {
  for (const name of given.keys()) {
    if (READ.has(name) || WITHOUT_EFFECT.has(name)) continue;
    throw new InvalidSetting(`the parameter "${name}" is not supported: ${NOT_OURS[name] ?? 'leave it out'}`);
  }
}

/** Several servers, one of which is the primary. @throws InvalidSetting if the list does not request the primary. */
function readHosts(text: string, given: ReadonlyMap<string, string>): Parts['hosts'] {
  if (given.get('host')?.includes(','))
    throw new InvalidSetting(
      'names several hosts in host=: write them as postgres://user:password@one:5432,two:5432/database',
    );
  const names = (given.get('hosts') ?? text).split(',');
  if (names.length === 1) return [];
  if (!given.has('hosts') && !/^(read-write|primary)$/.test(given.get('target_session_attrs') ?? ''))
    throw new InvalidSetting(
      'names several hosts: add target_session_attrs=read-write, which uses the one that accepts writes',
    );
  return names.map(readHost);
}

function readParts(authority: string, database: string, given: ReadonlyMap<string, string>): Parts {
  const at = authority.lastIndexOf('@');
  const [user = '', password = ''] = at < 0 ? [] : authority.slice(0, at).split(/:(.*)/s);
  const hosts = readHosts(authority.slice(at + 1), given);
  const address = hosts[0] ?? readHost(authority.slice(at + 1));
  return {
    hosts,
    user: given.get('user') ?? decode(user, 'user'),
    password: given.get('password') ?? decode(password, 'password'),
    host: given.get('host') ?? address.host,
    port: given.has('port') ? portOf(given.get('port')) : address.port,
    database: given.get('dbname') ?? decode(database, 'database'),
  };
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

function write(
  { user, password, host, port, hosts, database }: Parts,
  parameters: readonly [string, string][],
): string {
  const credentials = `${encodeURIComponent(user)}${password === '' ? '' : `:${encodeURIComponent(password)}`}`;
  const isSocket = host.startsWith('/');
  const name = isSocket || host === '' ? 'localhost' : bracketed(host);
  // A URL cannot have a folder as its host, so it goes into a parameter that both libpq and node-postgres read.
  const all = [...parameters];
  if (isSocket) all.unshift(['host', host]);
  if (hosts.length > 0) all.unshift(['hosts', hosts.map((each) => `${bracketed(each.host)}:${each.port}`).join()]);
  const search = all.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
  return `postgres://${credentials === '' ? '' : `${credentials}@`}${name}:${port}/${encodeURIComponent(database)}?${search}`;
}

/**
 * @returns the same connection as a URL that `new URL()` accepts, with the password encoded, a socket folder as `host=`,
 *   several servers as `hosts=` (src/db/primary.ts) and TLS explicit, so that neither PGSSLMODE nor node-postgres's own
 *   reading of sslmode decides.
 * @throws InvalidSetting if libpq could not connect with it, or not as intended; never includes the password.
 */
export function canonicalPostgresUrl(text: string): string {
  const rest = /^postgres(?:ql)?:\/\/(.*)$/s.exec(text)?.[1];
  if (rest === undefined) throw new InvalidSetting(`must be a URL like ${EXAMPLE}`);
  refuseRawCharacters(rest);
  const [, authority = '', database = '', search = ''] = /^([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(rest) ?? [];
  const given = readParameters(search);
  refuseUnknown(given);
  const parts = readParts(authority, database, given);
  return write(parts, [...tlsParameters(given), ...sessionParameters(given)]);
}

export const postgresUrl = () => setting(canonicalPostgresUrl);

/** One replica: a server, to which the gateway's roles log in. @throws InvalidSetting */
function replicaUrl(text: string): string {
  if (/^[^/]*\/\/[^/?]*,|[?&]hosts?=[^&]*,/.test(text))
    throw new InvalidSetting('names several hosts in one URL: write a URL per replica, separated by commas');
  const canonical = canonicalPostgresUrl(text);
  const url = new URL(canonical);
  if (url.username !== '' || url.password !== '')
    throw new InvalidSetting(
      "names a user: leave user and password out, like postgres://host:5432; the gateway's roles log in there, as on the primary",
    );
  return canonical;
}

/** Several, separated by commas. */
export const replicaUrls = () =>
  setting((text) =>
    text
      .split(/,(?=\s*postgres(?:ql)?:)/)
      .map((url) => url.trim())
      .filter((url) => url !== '')
      .map(replicaUrl),
  );
