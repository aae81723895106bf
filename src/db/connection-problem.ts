/** Why the gateway cannot connect to its database at startup: one sentence with the cause and the remedy. */
import { DatabaseUnavailableError } from './database-errors';

/** A connection and the setting that configures it. */
export interface ConnectionTarget {
  /** The setting, for example DATABASE_URL. */
  readonly setting: string;
  /** As parsed by src/config.ts. */
  readonly url: string;
}

/** The parts of a target that may be shown: everything but its password. */
interface Names {
  readonly host: string;
  /** host:port, or the path of the socket. */
  readonly address: string;
  readonly user: string;
  readonly database: string;
  readonly sslMode: string;
}

function namesIn(url: string): Names {
  const { hostname, port, username, pathname, searchParams } = new URL(url);
  const host = searchParams.get('host') ?? hostname;
  const several = searchParams.get('hosts')?.replaceAll(',', ' and ');
  const user = decodeURIComponent(username);
  return {
    host,
    address: several ?? (host.startsWith('/') ? `${host}/.s.PGSQL.${port}` : `${host}:${port}`),
    user,
    database: decodeURIComponent(pathname.slice(1)) || user,
    sslMode: searchParams.get('sslmode') ?? 'disable',
  };
}

type Sentence = (names: Names, message: string) => string;

const UNTRUSTED: Sentence = ({ address, sslMode }) =>
  `The certificate of ${address} is not signed by an authority that this machine trusts, as sslmode=${sslMode} demands. Get the provider's CA file and add sslrootcert=/path/to/it.pem; sslmode=require encrypts without checking.`;

const CLOSED: Sentence = ({ address }) =>
  `${address} closed the connection before PostgreSQL answered. Check that PostgreSQL listens there, not another program.`;

const UNREACHABLE: Sentence = ({ address }) =>
  `There is no network route to ${address}. Check host and port, and the network in between.`;

const NO_ANSWER: Sentence = ({ address }) =>
  `${address} did not answer in time. Check host and port, and that no firewall or security group blocks the connection.`;

/** Messages by Node.js error code: the server has not responded. */
const BY_SYSTEM_CODE: Readonly<Record<string, Sentence>> = {
  ECONNREFUSED: ({ address }) =>
    `Nothing accepts connections at ${address}. Check host and port, and that PostgreSQL runs and listens there.`,
  ENOTFOUND: ({ host }) => `The host name ${host} does not resolve. Check its spelling and your DNS.`,
  EAI_AGAIN: ({ host }) => `No name server could be reached to resolve ${host}. Check the network and your DNS.`,
  ETIMEDOUT: NO_ANSWER,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  EADDRNOTAVAIL: UNREACHABLE,
  ECONNRESET: CLOSED,
  EPIPE: CLOSED,
  ENOENT: ({ address }) =>
    `There is no socket ${address}. Check the folder and the port, and that PostgreSQL (or the provider's proxy) runs.`,
  ENOTDIR: ({ address, host }) => `There is no socket ${address}: ${host} is not a folder.`,
  EACCES: ({ address }) => `This user may not open the socket ${address}. Ask for access to its folder.`,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  CERT_HAS_EXPIRED: ({ address }) => `The certificate of ${address} has expired. Ask its administrator to renew it.`,
  CERT_NOT_YET_VALID: ({ address }) =>
    `The certificate of ${address} is not valid yet. Check the clock of this machine.`,
  ERR_TLS_CERT_ALTNAME_INVALID: ({ host, address }, message) =>
    `The certificate of ${address} is not for the name ${host} (${message}). Connect with a name that is in the certificate; sslmode=verify-ca does not compare names.`,
};

const ROLE_LIMIT = 'CONNECTION LIMIT';

/** Messages by the response of PostgreSQL, or of a pooler in between: SQLSTATE, then text. The first match applies. */
const BY_ANSWER: readonly (readonly [code: RegExp, words: RegExp, Sentence])[] = [
  [
    /^28P01$/,
    /./,
    ({ user }) =>
      `PostgreSQL rejected the password of the user "${user}". It is wrong, or has expired: an administrator sets another with ALTER ROLE "${user}" PASSWORD '…' VALID UNTIL 'infinity';`,
  ],
  [
    /^28000$/,
    /pg_hba\.conf.*no encryption/s,
    ({ user, database, address, sslMode }, message) =>
      sslMode === 'disable'
        ? `${address} does not let the user "${user}" connect to the database "${database}" without TLS. Add sslmode=verify-full (or sslmode=require) to the URL; if that is refused too, its pg_hba.conf needs an entry for this machine.`
        : `${address} has no TLS, and does not let the user "${user}" connect without it (${message}). Its pg_hba.conf needs an entry for this machine.`,
  ],
  [
    /^28000$/,
    /pg_hba\.conf/,
    ({ address }, message) =>
      `${address} does not accept connections from this machine (${message}). Ask its administrator for an entry in pg_hba.conf${/SSL encryption/.test(message) ? ', or connect with sslmode=disable if the network is trusted' : ''}.`,
  ],
  [
    /^28000$/,
    /role .* does not exist/,
    ({ user }) =>
      `PostgreSQL has no user "${user}". Check the URL, or create it: CREATE ROLE "${user}" LOGIN PASSWORD '…';`,
  ],
  [
    /^28000$/,
    /not permitted to log in/,
    ({ user }) => `The role "${user}" may not log in. An administrator allows it with: ALTER ROLE "${user}" LOGIN;`,
  ],
  [
    /^28000$/,
    /(peer|ident) authentication/i,
    ({ user }) =>
      `PostgreSQL accepts "${user}" only from the operating system user of that name (peer authentication). Start as that user, or connect over TCP with a password.`,
  ],
  [
    /^28000$/,
    /client certificate/,
    () => 'PostgreSQL demands a client certificate. Add sslcert=<file> and sslkey=<file> to the URL.',
  ],
  [
    /^3D000$/,
    /./,
    ({ database, user }) =>
      `The database "${database}" does not exist. Create it: CREATE DATABASE "${database}" OWNER "${user}" ENCODING 'UTF8' TEMPLATE template0;`,
  ],
  [
    /^53300$/,
    /for role/,
    ({ user }, message) => {
      const role = /role "([^"]+)"/.exec(message)?.[1] ?? user;
      return `The role "${role}" has no free connection left: its ${ROLE_LIMIT} is reached. Raise it (ALTER ROLE "${role}" ${ROLE_LIMIT} -1;) or lower POOL_SIZE.`;
    },
  ],
  [
    /^53300$/,
    /for database/,
    ({ database }) =>
      `The database "${database}" has no free connection left: its ${ROLE_LIMIT} is reached. Raise it (ALTER DATABASE "${database}" ${ROLE_LIMIT} -1;) or lower POOL_SIZE.`,
  ],
  [
    /^53300$/,
    /./,
    ({ address }, message) =>
      `${address} has no free connection left (${message}). End other sessions, raise its max_connections, or lower POOL_SIZE.`,
  ],
  [
    /^57P0[123]$/,
    /./,
    ({ address }, message) => `PostgreSQL at ${address} is not ready (${message}). Start again when it is.`,
  ],
  [
    /^55000$/,
    /not currently accepting connections/,
    ({ database }) =>
      `The database "${database}" accepts no connections. An administrator allows them with: ALTER DATABASE "${database}" ALLOW_CONNECTIONS true;`,
  ],
  [
    /^42501$/,
    /permission denied for database/,
    ({ user, database }) =>
      `The user "${user}" may not connect to the database "${database}". An administrator allows it with: GRANT CONNECT ON DATABASE "${database}" TO "${user}";`,
  ],
  [
    /./,
    /unsupported startup parameter/i,
    ({ address }, message) =>
      `The pooler at ${address} refused the connection (${message}). In pgbouncer.ini set: ignore_startup_parameters = options`,
  ],
  [
    /^(42P05|26000)$/,
    /prepared statement/,
    ({ address }, message) =>
      `The pooler at ${address} shares prepared statements between clients (${message}). Set PREPARED_STATEMENTS=false, or use pgbouncer 1.21 or later with max_prepared_statements above 0, or pool_mode = session.`,
  ],
  [
    /^25006$/,
    /./,
    ({ address }) =>
      `${address} takes no writes: it is a standby, or set read-only. Name the primary; a database set read-only is opened with: ALTER DATABASE … SET default_transaction_read_only = off;`,
  ],
];

/** Messages by the text of node-postgres, whose errors have no code. */
const BY_DRIVER: readonly (readonly [words: RegExp, Sentence])[] = [
  [
    /server does not support SSL/,
    ({ address, sslMode }) =>
      `sslmode=${sslMode} demands TLS, and ${address} has none. Turn it on there (ssl = on), or write sslmode=disable if the network is trusted.`,
  ],
  [
    /error establishing an SSL connection/,
    ({ address }) =>
      `${address} did not understand the request for TLS. Check that PostgreSQL listens there, not another program.`,
  ],
  [
    /client password must be a/,
    ({ user }) => `PostgreSQL asks for a password of "${user}", and the URL has none: write user:password@host.`,
  ],
  [/^SASL/, (_, message) => `The login failed (${message}). Check the password and that the server is the right one.`],
  [
    /authenticationOk message type/,
    () => 'PostgreSQL requires an authentication method that is not supported here, such as GSSAPI. Use scram-sha-256.',
  ],
  [/timeout/i, NO_ANSWER],
  [/Connection terminated/, CLOSED],
];

interface Failure {
  readonly code: string;
  readonly message: string;
}

/**
 * An error, checked by shape. A host name with several addresses gives several errors; the first represents the rest.
 */
function failureOf(error: unknown): Failure | null {
  if (typeof error !== 'object' || error === null || !('message' in error)) return null;
  if (error instanceof DatabaseUnavailableError) return failureOf(error.cause);
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0) return failureOf(error.errors[0]);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { code, message: String(error.message) };
}

/** Five letters and digits; no Node.js code of that length contains a digit. */
const isSqlState = (code: string): boolean => /^(?=.*\d)[0-9A-Z]{5}$/.test(code);

function sentenceFor({ code, message }: Failure): Sentence | null {
  const bySystem = BY_SYSTEM_CODE[code];
  if (bySystem) return bySystem;
  if (isSqlState(code)) {
    const answer = BY_ANSWER.find(([codes, words]) => codes.test(code) && words.test(message));
    return answer?.[2] ?? null;
  }
  const byDriver = BY_DRIVER.find(([words]) => words.test(message));
  if (byDriver) return byDriver[1];
  if (/^(ERR_)?(SSL|TLS|OSSL)|^EPROTO$/.test(code))
    return ({ address }, said) => `TLS with ${address} failed: ${said}.`;
  return null;
}

/**
 * For a failure at any point of startup.
 * @returns null if the connection is not the cause.
 */
export function connectionProblem(error: unknown, { setting, url }: ConnectionTarget): string | null {
  const failure = failureOf(error);
  const sentence = failure && sentenceFor(failure);
  return sentence ? `${setting}: ${sentence(namesIn(url), failure.message)}` : null;
}

/** For a failure while connecting: quotes any message of PostgreSQL. @returns null if there is no message. */
export function loginProblem(error: unknown, target: ConnectionTarget): string | null {
  const problem = connectionProblem(error, target);
  const failure = failureOf(error);
  if (problem !== null || !failure || !isSqlState(failure.code)) return problem;
  return `${target.setting}: PostgreSQL at ${namesIn(target.url).address} refused the connection: ${failure.message} (${failure.code}).`;
}
