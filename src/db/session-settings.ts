/** The settings of every session, set by the gateway whatever a database, a role or a connection string sets. */
import type { ClientConfig } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import { DatabaseUnavailableError } from './database-errors';
import type { PreparedQuery } from './pipeline/batch';
import { restatementOf, stateLocally } from './restated-settings';
import { HAS_CITUS } from './verify/shards';

type Settings = Readonly<Record<string, string>>;

export const CONNECT_TIMEOUT_MS = 5_000;
export const STATEMENT_TIMEOUT_MS = 15_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;

/** Proves that the startup options arrived; a pooler may drop them. */
const MARK = { name: 'app.session', value: 'portcullis' };

/**
 * Visibility of rows and objects, formats of values, and what an acknowledged COMMIT means. Values that are the
 * server's defaults are set all the same: a role or a database can change a default.
 */
const COMMON: Settings = {
  'app.account_id': '',
  'app.request': '',
  'app.key_id': '',
  'app.owner_teams': '',
  'app.row_ids': '',
  'app.chains': '',
  role: 'none',
  search_path: 'public, pg_temp',
  row_security: 'on',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  synchronous_commit: 'on',
  DateStyle: 'ISO,YMD',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  xmlbinary: 'base64',
  xmloption: 'content',
  array_nulls: 'on',
  transform_null_equals: 'off',
  standard_conforming_strings: 'on',
  backslash_quote: 'safe_encoding',
  quote_all_identifiers: 'off',
  gin_fuzzy_search_limit: '0',
  exit_on_error: 'off',
  client_min_messages: 'warning',
  lock_timeout: '0',
  idle_session_timeout: '0',
};

/**
 * Every list has an index in its order. Sequential scans and bitmap scans are unordered: PostgreSQL chooses one if it
 * expects few rows, and sorts a whole account if its estimate is wrong. If there is no other way, it still uses one,
 * and would first JIT-compile the statement because of its high estimated cost.
 */
const PLANNER: Settings = {
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_tidscan: 'on',
  enable_indexscan: 'on',
  enable_indexonlyscan: 'on',
  enable_nestloop: 'on',
  enable_hashjoin: 'on',
  enable_mergejoin: 'on',
  enable_sort: 'on',
  enable_incremental_sort: 'on',
  enable_hashagg: 'on',
  enable_material: 'on',
  enable_memoize: 'on',
  enable_partition_pruning: 'on',
  constraint_exclusion: 'partition',
  from_collapse_limit: '8',
  join_collapse_limit: '8',
  geqo: 'on',
  plan_cache_mode: 'auto',
  jit: 'off',
};

const GATEWAY: Settings = {
  ...COMMON,
  ...PLANNER,
  statement_timeout: String(STATEMENT_TIMEOUT_MS),
  idle_in_transaction_session_timeout: String(IDLE_IN_TRANSACTION_TIMEOUT_MS),
};

/**
 * For databases with Citus. Citus 13.2.1 and 13.2.2 store a plan with every execution of a prepared statement on a shard
 * of the same server, and neither use nor free them: a session grows by 150 MB a second.
 */
export const WITH_CITUS: Settings = { plan_cache_mode: 'force_custom_plan' };

/** Migrations and checks have no time limit. Which role an owner's login assumes is up to its administrator. */
const OWNER: Settings = {
  ...Object.fromEntries(Object.entries(COMMON).filter(([name]) => name !== 'role')),
  default_tablespace: '',
  default_table_access_method: 'heap',
  default_toast_compression: 'pglz',
  check_function_bodies: 'on',
  password_encryption: 'scram-sha-256',
  statement_timeout: '0',
  idle_in_transaction_session_timeout: '0',
};

const escaped = (value: string): string => value.replace(/[\\ ]/g, '\\$&');

const optionsOf = (settings: Settings): string =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${escaped(value)}`)
    .join(' ');

/** Settings in a connection string that would conflict with ours. */
const OURS: ReadonlySet<string> = new Set(['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']);

/** If options set a value twice, the later one wins: ours follow those of the connection string. */
function stated(url: string, settings: Settings): ClientConfig {
  const { options = '', ...config } = parseIntoClientConfig(url);
  const kept = Object.fromEntries(Object.entries(config).filter(([name]) => !OURS.has(name)));
  return { ...kept, options: `${options} ${optionsOf(settings)}`.trim() };
}

/** For the connections that the gateway serves from. @param url of the role. */
export const gatewayConnection = (url: string): ClientConfig => stated(url, { ...GATEWAY, [MARK.name]: MARK.value });

/** For migrations, checks and the command line. @param url of the database's owner. */
export const ownerConnection = (url: string): ClientConfig => stated(url, OWNER);

/** A setting of PostgreSQL 17 and later; earlier versions refuse a connection that sets it at startup. */
const TRANSACTION_TIMEOUT = 'transaction_timeout';

/** The first statement of an owner's transaction: no time limit. */
export const UNLIMIT_TRANSACTION = `SELECT set_config(name, '0', true) FROM pg_settings WHERE name = '${TRANSACTION_TIMEOUT}'`;

/** Precedes a transaction of a role or a database that limits them. */
const UNLIMIT: PreparedQuery = {
  name: 'unlimit_transaction',
  text: `SELECT set_config('${TRANSACTION_TIMEOUT}', '0', true)`,
  values: [],
};

/**
 * One row: is this the primary; did our settings arrive; is writing off for the role or the database alone; are foreign
 * keys enforced; are transactions limited; is there Citus?
 */
const CHECK: PreparedQuery = {
  text: `SELECT NOT pg_is_in_recovery(), current_setting('${MARK.name}', true) = '${MARK.value}',
                EXISTS (SELECT FROM pg_settings s WHERE s.name = 'default_transaction_read_only' AND s.setting = 'on'
                           AND s.source IN ('database', 'user', 'database user')),
                current_setting('session_replication_role') = 'origin',
                coalesce(current_setting('${TRANSACTION_TIMEOUT}', true), '0') <> '0', ${HAS_CITUS}`,
  values: [],
};

/** For the session; behind a pooler, transactions set it. */
const STATE_WITH_CITUS: readonly PreparedQuery[] = Object.entries(WITH_CITUS).map(([name, value]) => ({
  text: `SET ${name} = ${value}`,
  values: [],
}));

/**
 * The settings stored on a role, so that a pooler's sessions have them too; only a superuser may set the others for a
 * role.
 */
export const ROLE_SETTINGS: Settings = Object.fromEntries(
  Object.entries(GATEWAY).filter(([name]) => !name.startsWith('app.') && name !== 'role'),
);

/** The first statement of an owner's transactions: a pooler may have dropped what the connection set. */
export const STATE_OWNER_SETTINGS = stateLocally(OWNER);

/** The same for other tools, which read as a role. */
export const STATE_GATEWAY_SETTINGS = stateLocally(GATEWAY);

const READ: PreparedQuery = { name: 'begin', text: 'BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY', values: [] };
/** Without an access mode: if a server was made read-only as a whole, as before a failover, that must hold. */
const WRITE: PreparedQuery = { name: 'begin_write', text: 'BEGIN ISOLATION LEVEL READ COMMITTED', values: [] };
const WRITE_ANYWAY: PreparedQuery = { ...WRITE, text: `${WRITE.text} READ WRITE` };

const COMMIT: PreparedQuery = { name: 'commit', text: 'COMMIT', values: [] };

const UNCHECKED =
  'session_replication_role is set for the role or the database, which turns foreign keys off; run: ALTER ROLE … RESET session_replication_role';

/** A standby lags behind in rows and keys: a revoked key would still be accepted. */
const STANDBY = 'the database is read-only: this server is a standby; the gateway must reach the primary';

const PROMOTED = 'it accepts writes: it is not a standby, or was promoted';

/** The required kind of server for a connection. */
export type ServerKind = 'primary' | 'standby';

/** The server takes changes where a standby was expected. */
export class NoStandbyError extends Error {
  constructor() {
    super(PROMOTED);
  }
}

/** How a session's transactions begin. */
export interface TransactionStarts {
  readonly read: readonly PreparedQuery[];
  readonly write: readonly PreparedQuery[];
  /** Names of settings that the pooler's session lacked, so that transactions set them; null without a pooler. */
  readonly restated: readonly string[] | null;
}

/**
 * Checks which settings reached a new session.
 * @param run sends statements as one transaction and returns the rows of each.
 * @throws DatabaseUnavailableError on a standby in place of the primary, or when the session would not enforce foreign keys;
 *   NoStandbyError on a server that should be a standby.
 */
export async function startsOf(
  run: (queries: readonly PreparedQuery[]) => Promise<unknown[][][]>,
  leadsTo: ServerKind,
): Promise<TransactionStarts> {
  const [, [[isPrimary, arrived, overrides, checksKeys, isLimited, hasCitus] = []] = []] = await run([
    READ,
    CHECK,
    COMMIT,
  ]);
  if (leadsTo === 'primary' && isPrimary !== true)
    throw new DatabaseUnavailableError(true, new Error(STANDBY), 'readOnly');
  if (leadsTo === 'standby' && isPrimary !== false) throw new NoStandbyError();
  if (checksKeys !== true) throw new DatabaseUnavailableError(true, new Error(UNCHECKED), 'unsafe');
  const ask = async (query: PreparedQuery): Promise<unknown[][]> => (await run([READ, query, COMMIT]))[1] ?? [];
  if (hasCitus === true && arrived === true) await run([READ, ...STATE_WITH_CITUS, COMMIT]);
  const settings = hasCitus === true ? { ...GATEWAY, ...WITH_CITUS } : GATEWAY;
  const restatement = arrived === true ? null : await restatementOf(settings, ask);
  const stating = [...(isLimited === true ? [UNLIMIT] : []), ...(restatement ? [restatement.query] : [])];
  return {
    read: [READ, ...stating],
    write: [overrides === true ? WRITE_ANYWAY : WRITE, ...stating],
    restated: restatement && restatement.missing,
  };
}
