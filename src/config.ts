/** The only reader of the environment: validated once, frozen, all mistakes reported at once. */
import { z } from 'zod';
import { misspelt, withEnvironmentFile, type Environment } from './settings/environment';
import { postgresUrl, replicaUrls } from './settings/postgres-url';
import { telemetrySettings } from './settings/telemetry-settings';
import {
  boolean,
  choice,
  folder,
  headerProblem,
  hexKey,
  host,
  integer,
  list,
  MAKE_MASTER_KEY,
  masterKey,
  networkProblem,
  originProblem,
  setting,
} from './settings/setting-types';
import { StartError } from './start-error';
import { messageOf } from './util/message-of';

// Unless told that this is production, graphql-js compares types the slow way: a third of the time of a start.
process.env['NODE_ENV'] ??= 'production';

/** All settings and their meaning; the README's table is generated from these descriptions. */
export const settings = z.object({
  ENVIRONMENT: choice(['development', 'production'])
    .default('development')
    .describe(
      'development prints example queries, logs for people on a terminal and enables Apollo Sandbox; production logs JSON only, prints no key and requires MASTER_KEY',
    ),
  HOST: host().default('127.0.0.1').describe('address or host name to listen on'),
  PORT: integer(0, 65_535).default(4000).describe('port to listen on; 0: any free port'),
  ADMIN_PORT: integer(0, 65_535)
    .optional()
    .describe(
      'port for operators: /metrics, /livez and /readyz, without a key; 0: any free port; unset: no such port, and no metrics are collected',
    ),
  ADMIN_HOST: host()
    .default('127.0.0.1')
    .describe('address or host name for ADMIN_PORT; nothing but your monitoring should reach it'),
  DATA_DIR: setting((path) => path)
    .default('data')
    .describe('folder of the embedded PostgreSQL, of the generated secrets key and of the passwords of database roles'),
  DATABASE_URL: postgresUrl()
    .optional()
    .describe(
      'your own PostgreSQL (15 or later), as the owner who runs migrations; sslmode and sslrootcert as in libpq, but without sslmode there is no TLS; unset starts an embedded PostgreSQL 18',
    ),
  TENANT_DATABASE_URL: postgresUrl()
    .optional()
    .describe(
      'connection as the tenant role; unset creates a role portcullis_…_tenant and keeps its password in DATA_DIR',
    ),
  OPERATOR_DATABASE_URL: postgresUrl()
    .optional()
    .describe(
      'connection as the operator role; unset creates a role portcullis_…_operator and keeps its password in DATA_DIR',
    ),
  RESTRICTED_DATABASE_URL: postgresUrl()
    .optional()
    .describe(
      'connection as the role for keys that are restricted to rows; unset creates a role portcullis_…_restricted and keeps its password in DATA_DIR',
    ),
  LISTEN_DATABASE_URL: postgresUrl()
    .optional()
    .describe(
      'a direct connection on which to receive revocation notifications when the others go through a transaction-mode pooler; unset uses the tenant connection, and where none arrive keys are looked up every half second',
    ),
  REPLICA_DATABASE_URL: replicaUrls()
    .optional()
    .describe('standbys to read lists from, separated by commas, each like postgres://host:5432, without a user'),
  PREPARED_STATEMENTS: boolean()
    .default(true)
    .describe(
      'false: statements are sent without names, as pgbouncer before 1.21 in transaction mode needs; npm run bench -- pooler measures the price',
    ),
  POOL_SIZE: integer(1, 200).default(10).describe('connections for each database role'),
  MASTER_KEY: masterKey()
    .optional()
    .describe(
      `the first master key (create one with: ${MAKE_MASTER_KEY}); unset: the first start creates one and prints it once; required in production until the database has one`,
    ),
  MASTER_READ_REASON: boolean()
    .default(false)
    .describe('true: master keys need a reason (X-Reason) for reads, too; they always need one for changes'),
  SECRETS_KEY: hexKey()
    .optional()
    .describe(
      'key that encrypts stored secrets and cursors, 64 hexadecimal digits; unset keeps a generated one in DATA_DIR',
    ),
  NEW_SECRETS_KEY: hexKey()
    .optional()
    .describe(
      'for npm run --silent secrets -- rotate only: the key that replaces SECRETS_KEY; unset generates one in DATA_DIR',
    ),
  RATE_LIMIT_KEY: integer(0)
    .default(10_000_000)
    .describe('objects that one key may request in a minute, by the cost of its operations; 0: no limit'),
  RATE_LIMIT_ACCOUNT: integer(0)
    .default(10_000_000)
    .describe(
      'objects that all keys of one account together may request in a minute, by the cost of their operations; 0: no limit',
    ),
  RATE_LIMIT_ADDRESS: integer(0)
    .default(0)
    .describe(
      'objects that one client address (IPv6: a /64 network) may request in a minute, with any keys; 0: no limit, as needed behind a load balancer that TRUSTED_PROXIES does not name, where all clients share its address',
    ),
  RATE_LIMIT_FAILURES: integer(0)
    .default(60)
    .describe(
      'invalid keys in a minute, from one address or for one key id, after which each further refusal is delayed, by up to 2 seconds; valid keys are never delayed or refused for them; 0: no delay',
    ),
  RATE_LIMIT_REFUSALS: integer(0)
    .default(3_000)
    .describe(
      'points that the refused requests of one key, or of one address without a key, may cost in a minute (1 for an HTTP error, 2 for a document that is malformed or exceeds a limit, 5 for one that does not fit the schema), counted in each process; an account may cost four times as much; 0: no limit',
    ),
  MAX_ROWS_PER_ACCOUNT: integer(0)
    .default(10_000)
    .describe(
      'rows of each kind of configuration (agents, tools, MCP servers, schedules) that one account may have, deleted ones not counted; 0: no limit',
    ),
  MAX_KEYS_PER_ACCOUNT: integer(0)
    .default(1_000)
    .describe('keys that one account may have, expired, revoked and replaced ones not counted; 0: no limit'),
  MAX_EXPORT_MB: integer(1, 16)
    .default(16)
    .describe('maximum size of one export of the configuration of an account, in megabytes'),
  RATE_LIMIT_STORE: choice(['memory', 'postgres'])
    .default('memory')
    .describe(
      'memory counts for one gateway with all its WORKERS; postgres counts for several gateways together, at the cost of one statement per request',
    ),
  DECISION_LOG_DAYS: integer(0, 365)
    .default(30)
    .describe(
      'days to keep the decision log (what the operations of each key requested, and what was decided) for simulateAccess and access reviews; 0: nothing is recorded',
    ),
  WEBHOOK_DELIVERIES: boolean()
    .default(true)
    .describe('true: this process delivers events to webhooks; several that do share the work'),
  WEBHOOK_ALLOWED_NETWORKS: list(networkProblem)
    .default([])
    .describe(
      'non-public addresses or networks that webhooks may be delivered to, also without TLS, separated by commas; unset: to public addresses by https only',
    ),
  WEBHOOK_TIMEOUT_SECONDS: integer(1, 30)
    .default(10)
    .describe('seconds within which the endpoint of a webhook must send its whole answer'),
  WEBHOOK_LOG_DAYS: integer(1, 365)
    .default(30)
    .describe('days for which attempts to deliver events to webhooks are kept (webhookDeliveries)'),
  RETENTION_RUN_DAYS: integer(0, 3_650)
    .default(0)
    .describe('days for which runs are kept, from their start, in accounts without a setting of their own; 0: forever'),
  RETENTION_DELETED_DAYS: integer(0, 3_650)
    .default(0)
    .describe(
      'days for which deleted agents, tools and other configuration are kept, in accounts without a setting of their own; 0: forever',
    ),
  RETENTION_AUDIT_DAYS: integer(0, 3_650)
    .default(0)
    .describe(
      'days for which audit events are kept before they leave for AUDIT_ARCHIVE_DIR, in accounts without a setting of their own; 0: forever',
    ),
  RETENTION_DENIAL_DAYS: integer(0, 3_650)
    .default(0)
    .describe(
      'days for which counts of denials are kept, at least 30, in accounts without a setting of their own; 0: forever',
    ),
  AUDIT_ARCHIVE_DIR: folder()
    .optional()
    .describe(
      'folder for the audit events that retention takes out of the database, a file of JSON lines for each batch; unset: none are removed',
    ),
  HOUSEKEEPING_MINUTES: integer(0, 1_440)
    .default(60)
    .describe('minutes between two passes that remove what has expired; 0: this gateway removes nothing'),
  TRUSTED_PROXIES: list(networkProblem)
    .default([])
    .describe(
      'addresses or networks of your load balancers, separated by commas; the client is then the one in X-Forwarded-For, and X-Forwarded-Proto says whether it used TLS; unset: the client is whoever connects',
    ),
  MAX_CONNECTIONS_PER_ADDRESS: integer(0)
    .default(1_000)
    .describe(
      'connections that one address (IPv6: a /64 network) may have open at a time; those of TRUSTED_PROXIES are not counted; 0: no limit',
    ),
  MAX_STREAMS: integer(0)
    .default(10_000)
    .describe('subscriptions that each process may have open at a time; 0: no limit'),
  MAX_STREAMS_PER_ACCOUNT: integer(0)
    .default(200)
    .describe(
      'subscriptions of one account that each process may have open at a time; each master key counts as an account; 0: no limit',
    ),
  MAX_IN_FLIGHT_MB: integer(192)
    .default(256)
    .describe(
      'megabytes that each process may hold of requests being read and answers that clients have not read yet; one address may hold half of it, one account a quarter',
    ),
  CORS_ORIGINS: list(originProblem)
    .default([])
    .describe(
      'origins that browsers may call from, like https://app.example, separated by commas; in development also every port of localhost',
    ),
  CORS_HEADERS: list(headerProblem)
    .default([])
    .describe(
      'request headers that browsers may send besides those of this API and of tracing (traceparent, tracestate, baggage, sentry-trace), separated by commas',
    ),
  CONSOLE: boolean().default(true).describe('serve the console at /console; it asks for a key'),
  GRAPHIQL: boolean()
    .optional()
    .describe('serve GraphiQL at /graphiql; unset: true in development, false in production'),
  SANDBOX: boolean()
    .optional()
    .describe('serve Apollo Sandbox and allow its origin; unset: true in development, false in production'),
  ...telemetrySettings,
  TRUSTED_DOCUMENTS: folder()
    .optional()
    .describe('folder of the only operations to run, for example schema/operations; unset runs any document'),
  WORKERS: integer(1, 64)
    .default(1)
    .describe('processes that serve requests; each has its own connections, POOL_SIZE per role'),
  SHUTDOWN_SECONDS: integer(1, 3600)
    .default(8)
    .describe(
      'seconds in which SIGTERM or Ctrl-C ends the gateway: accepted requests are answered, slower ones are cut off',
    ),
});

export type Config = Readonly<
  Omit<z.infer<typeof settings>, 'GRAPHIQL' | 'SANDBOX'> & { GRAPHIQL: boolean; SANDBOX: boolean }
>;

/** Some settings are invalid; the message names each on its own line. */
export class ConfigError extends StartError {
  constructor(
    message: string,
    /** Whether ENVIRONMENT is production, in which case even this error is logged as JSON. */
    readonly isProduction = false,
  ) {
    super(message);
  }
}

/** This process's environment and the .env file of its working directory. */
function currentEnvironment(): Environment {
  try {
    return withEnvironmentFile(process.env, process.cwd());
  } catch (error) {
    throw new ConfigError(`.env cannot be read: ${messageOf(error)}`);
  }
}

/** Whether npm started this process, and therefore forwards the terminal's signals to it a second time. */
export const startedByNpm = (environment: Environment = process.env): boolean =>
  environment['npm_lifecycle_event'] !== undefined;

/**
 * Reads settings from an environment; empty variables count as unset.
 * @throws ConfigError naming every invalid setting, one per line.
 */
export function readConfig(environment: Environment = currentEnvironment()): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = settings.safeParse(given);
  const invalid = parsed.error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) ?? [];
  const mistakes = [...invalid, ...misspelt(given, Object.keys(settings.shape))];
  if (!parsed.success || mistakes.length > 0)
    throw new ConfigError(
      ['Some settings are invalid:', ...mistakes.map((mistake) => `  ${mistake}`)].join('\n'),
      given['ENVIRONMENT'] === 'production',
    );
  const isDevelopment = parsed.data.ENVIRONMENT === 'development';
  const { GRAPHIQL = isDevelopment, SANDBOX = isDevelopment } = parsed.data;
  return Object.freeze({ ...parsed.data, GRAPHIQL, SANDBOX });
}
