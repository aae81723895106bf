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

// Without NODE_ENV=production, graphql-js compares types in a slow way, which takes a third of the start-up time.
process.env['NODE_ENV'] ??= 'production';

/** All settings and their meaning; the README's table is generated from these descriptions. */
export const settings = z.object({
  ENVIRONMENT: choice(['development', 'production'])
    .default('development')
    .describe(
      'development prints example queries, writes readable logs to a terminal and enables Apollo Sandbox; production logs only JSON, prints no keys and requires MASTER_KEY',
    ),
  HOST: host().default('127.0.0.1').describe('address or host name to listen on'),
  PORT: integer(0, 65_535).default(4000).describe('port to listen on; 0: any free port'),
  ADMIN_PORT: integer(0, 65_535)
    .optional()
    .describe(
      'port for operators: /metrics, /livez and /readyz, without a key; 0: any free port; unset: no such port and no metrics',
    ),
  ADMIN_HOST: host()
    .default('127.0.0.1')
    .describe('address or host name for ADMIN_PORT; only your monitoring should be able to reach it'),
  DATA_DIR: setting((path) => path)
    .default('data')
    .describe('folder for the embedded PostgreSQL, the generated secrets key and the passwords of database roles'),
  DATABASE_URL: postgresUrl()
    .optional()
    .describe(
      'your own PostgreSQL (15 or later), with the user that owns the database and runs migrations; sslmode and sslrootcert as in libpq, except that TLS is off without sslmode; unset: an embedded PostgreSQL 18 is started',
    ),
  TENANT_DATABASE_URL: postgresUrl()
    .optional()
    .describe(
      'connection as the tenant role; unset: a role portcullis_…_tenant is created, with its password in DATA_DIR',
    ),
  OPERATOR_DATABASE_URL: postgresUrl()
    .optional()
    .describe(
      'connection as the operator role; unset: a role portcullis_…_operator is created, with its password in DATA_DIR',
    ),
  RESTRICTED_DATABASE_URL: postgresUrl()
    .optional()
    .describe(
      'connection as the role for keys that are restricted to rows; unset: a role portcullis_…_restricted is created, with its password in DATA_DIR',
    ),
  LISTEN_DATABASE_URL: postgresUrl()
    .optional()
    .describe(
      'direct connection for revocation notifications, for use when the other connections go through a transaction-mode pooler; unset: the tenant connection; while no notifications arrive, keys are looked up every half second',
    ),
  REPLICA_DATABASE_URL: replicaUrls()
    .optional()
    .describe('read replicas, separated by commas, each like postgres://host:5432, without a user'),
  PREPARED_STATEMENTS: boolean()
    .default(true)
    .describe(
      'false: named prepared statements are not used, as required for pgbouncer before 1.21 in transaction mode; npm run bench -- pooler measures the cost',
    ),
  POOL_SIZE: integer(1, 200).default(10).describe('maximum number of connections for each database role'),
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
      'key that encrypts stored secrets and cursors, 64 hexadecimal digits; unset: a key is generated and stored in DATA_DIR',
    ),
  NEW_SECRETS_KEY: hexKey()
    .optional()
    .describe(
      'only for npm run --silent secrets -- rotate: the key that replaces SECRETS_KEY; unset: a key is generated in DATA_DIR',
    ),
  RATE_LIMIT_KEY: integer(0)
    .default(10_000_000)
    .describe('objects that one key may request per minute, by the cost of its operations; 0: no limit'),
  RATE_LIMIT_ACCOUNT: integer(0)
    .default(10_000_000)
    .describe(
      'objects that all keys of one account together may request per minute, by the cost of their operations; 0: no limit',
    ),
  RATE_LIMIT_ADDRESS: integer(0)
    .default(0)
    .describe(
      'objects that one client address (IPv6: a /64 network) may request per minute, with any keys; 0: no limit; do not set it behind a load balancer that is not in TRUSTED_PROXIES, because all clients then share its address',
    ),
  RATE_LIMIT_FAILURES: integer(0)
    .default(60)
    .describe(
      'invalid keys per minute, from one address or for one key id, after which each further refusal is delayed by up to 2 seconds; valid keys are never affected; 0: no delay',
    ),
  RATE_LIMIT_REFUSALS: integer(0)
    .default(3_000)
    .describe(
      'points per minute for the refused requests of one key, or of one address without a key (1 for an HTTP error, 2 for a document that is malformed or exceeds a limit, 5 for one that does not match the schema), counted in each process; an account has four times as many; 0: no limit',
    ),
  MAX_ROWS_PER_ACCOUNT: integer(0)
    .default(10_000)
    .describe(
      'rows of each kind of configuration (agents, tools, MCP servers, schedules) that one account may have, not counting deleted rows; 0: no limit',
    ),
  MAX_KEYS_PER_ACCOUNT: integer(0)
    .default(1_000)
    .describe('keys that one account may have, not counting expired, revoked and replaced keys; 0: no limit'),
  MAX_EXPORT_MB: integer(1, 16)
    .default(16)
    .describe('maximum size of one export of the configuration of an account, in megabytes'),
  RATE_LIMIT_STORE: choice(['memory', 'postgres'])
    .default('memory')
    .describe(
      'where requests are counted for the rate limits: memory, for one gateway with all its WORKERS; or postgres, for several gateways together, at the cost of one statement per request',
    ),
  DECISION_LOG_DAYS: integer(0, 365)
    .default(30)
    .describe(
      'days to keep the decision log (the permissions that operations of each key required, and the decisions) for simulateAccess and access reviews; 0: nothing is recorded',
    ),
  WEBHOOK_DELIVERIES: boolean()
    .default(true)
    .describe('true: this process delivers events to webhooks; several such processes share the work'),
  WEBHOOK_ALLOWED_NETWORKS: list(networkProblem)
    .default([])
    .describe(
      'non-public addresses or networks to which webhooks may deliver, also without TLS, separated by commas; unset: only public addresses, by https',
    ),
  WEBHOOK_TIMEOUT_SECONDS: integer(1, 30)
    .default(10)
    .describe('seconds within which the endpoint of a webhook must send its complete response'),
  WEBHOOK_LOG_DAYS: integer(1, 365)
    .default(30)
    .describe('days to keep the log of webhook delivery attempts (webhookDeliveries)'),
  RETENTION_RUN_DAYS: integer(0, 3_650)
    .default(0)
    .describe('days to keep runs after their start, in accounts without their own setting; 0: forever'),
  RETENTION_DELETED_DAYS: integer(0, 3_650)
    .default(0)
    .describe(
      'days to keep deleted agents, tools and other configuration, in accounts without their own setting; 0: forever',
    ),
  RETENTION_AUDIT_DAYS: integer(0, 3_650)
    .default(0)
    .describe(
      'days to keep audit events before they are moved to AUDIT_ARCHIVE_DIR, in accounts without their own setting; 0: forever',
    ),
  RETENTION_DENIAL_DAYS: integer(0, 3_650)
    .default(0)
    .describe('days to keep counts of denials, at least 30, in accounts without their own setting; 0: forever'),
  AUDIT_ARCHIVE_DIR: folder()
    .optional()
    .describe(
      'folder to which retention moves old audit events, one JSON Lines file per batch; unset: audit events are not removed',
    ),
  HOUSEKEEPING_MINUTES: integer(0, 1_440)
    .default(60)
    .describe('minutes between two passes that remove expired data; 0: this gateway removes nothing'),
  TRUSTED_PROXIES: list(networkProblem)
    .default([])
    .describe(
      'addresses or networks of your load balancers, separated by commas; for their requests, the client address is taken from X-Forwarded-For and the protocol from X-Forwarded-Proto; unset: these headers are ignored',
    ),
  MAX_CONNECTIONS_PER_ADDRESS: integer(0)
    .default(1_000)
    .describe(
      'connections that one address (IPv6: a /64 network) may have open at the same time, except those in TRUSTED_PROXIES; 0: no limit',
    ),
  MAX_STREAMS: integer(0)
    .default(10_000)
    .describe('subscriptions that each process may have open at the same time; 0: no limit'),
  MAX_STREAMS_PER_ACCOUNT: integer(0)
    .default(200)
    .describe(
      'subscriptions of one account that each process may have open at the same time; each master key counts as an account; 0: no limit',
    ),
  MAX_IN_FLIGHT_MB: integer(192)
    .default(256)
    .describe(
      'megabytes of incoming requests and unread answers that each process may hold; one address may use half of it, one account a quarter',
    ),
  CORS_ORIGINS: list(originProblem)
    .default([])
    .describe(
      'origins from which browsers may call, like https://app.example, separated by commas; in development also every port of localhost',
    ),
  CORS_HEADERS: list(headerProblem)
    .default([])
    .describe(
      'request headers that browsers may send in addition to those of this API and of tracing (traceparent, tracestate, baggage, sentry-trace), separated by commas',
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
    .describe('folder of the only operations that may run, for example schema/operations; unset: any document may run'),
  WORKERS: integer(1, 64)
    .default(1)
    .describe('number of processes that serve requests; each has its own connections, POOL_SIZE per role'),
  SHUTDOWN_SECONDS: integer(1, 3600)
    .default(8)
    .describe(
      'seconds within which the gateway stops after SIGTERM or Ctrl-C: accepted requests are answered, and slower ones are aborted',
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
