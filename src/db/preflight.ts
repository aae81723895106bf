/** Checks the database before changing anything: whether it is reachable, and whether it can serve at all. */
import { Client, type ClientConfig } from 'pg';
import { EXIT_CODES, StartError } from '../start-error';
import { loginProblem, type ConnectionTarget } from './connection-problem';
import { primaryUrl } from './primary';
import { gatewayConnection, ownerConnection } from './session-settings';

const CONNECT_TIMEOUT_MS = 10_000;
const OLDEST_SERVER = 150_000;

/** @param configOf how the gateway will connect; a pooler may refuse the settings it sends. */
async function connected<Result>(
  target: ConnectionTarget,
  configOf: (url: string) => ClientConfig,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  let client: Client | null = null;
  try {
    const url = await primaryUrl(target.url);
    client = new Client({ ...configOf(url), connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    client.on('error', () => undefined);
    await client.connect();
    return await work(client);
  } catch (error) {
    const problem = error instanceof StartError ? null : loginProblem(error, target);
    throw problem === null ? error : new StartError(problem, { exitCode: EXIT_CODES.unavailable, cause: error });
  } finally {
    await client?.end().catch(() => undefined);
  }
}

/** @throws StartError when the connection fails. */
export const refuseUnreachable = (target: ConnectionTarget): Promise<void> =>
  connected(target, gatewayConnection, () => Promise.resolve());

interface Server {
  readonly number: number;
  readonly version: string;
  readonly encoding: string;
  readonly standby: boolean;
  readonly readOnly: boolean;
  readonly user: string;
  readonly database: string;
  readonly hasPublic: boolean;
  readonly mayCreate: boolean;
  readonly isOurs: boolean;
}

const SERVER = `
  SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version,
         current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS standby,
         EXISTS (SELECT FROM pg_settings WHERE name = 'default_transaction_read_only' AND reset_val = 'on'
                    AND source IN ('configuration file', 'command line', 'global')) AS "readOnly",
         quote_ident(current_user) AS user, quote_ident(current_database()) AS database,
         to_regnamespace('public') IS NOT NULL AS "hasPublic",
         CASE WHEN to_regnamespace('public') IS NOT NULL
              THEN has_schema_privilege(current_user, 'public', 'USAGE') AND has_schema_privilege(current_user, 'public', 'CREATE')
         END AS "mayCreate",
         to_regclass('public.master_key') IS NOT NULL AS "isOurs"`;

/** Why the gateway cannot use this server; none when it can. */
function problemsOf(server: Server): string[] {
  const { number, version, encoding, standby, readOnly, user, database, hasPublic, mayCreate, isOurs } = server;
  const problems: string[] = [];
  if (number < OLDEST_SERVER)
    problems.push(`It is PostgreSQL ${version}, and Portcullis needs 15 or later: upgrade it, or use another server.`);
  if (encoding !== 'UTF8')
    problems.push(
      `The database ${database} has the encoding ${encoding}, and Portcullis needs UTF8. Make another one: CREATE DATABASE portcullis OWNER ${user} ENCODING 'UTF8' TEMPLATE template0;`,
    );
  if (standby) problems.push('It is a read-only standby: use the primary.');
  else if (readOnly)
    problems.push(
      'The whole server is read-only (default_transaction_read_only = on in its configuration): use the primary, or turn that off.',
    );
  if (!hasPublic)
    problems.push(`The database ${database} has no schema public: CREATE SCHEMA public AUTHORIZATION ${user};`);
  else if (!mayCreate && !isOurs)
    problems.push(
      `${user} may not create tables in the schema public of ${database}. An administrator allows it with: GRANT USAGE, CREATE ON SCHEMA public TO ${user};`,
    );
  return problems;
}

/** Case-insensitive filters use the database's locale. */
const CASE_OF_OTHER_LETTERS = `SELECT 'Ä' ILIKE 'ä' AS ignored, current_database() AS database`;

async function warningsOf(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ ignored: boolean; database: string }>(CASE_OF_OTHER_LETTERS);
  return rows.flatMap(({ ignored, database }) =>
    ignored
      ? []
      : [
          `The locale of the database ${database} supports upper and lower case of A to Z only, so case-insensitive filters work for these letters only. A database with a UTF-8 locale supports all letters.`,
        ],
  );
}

/**
 * @returns warnings about behaviour that may surprise.
 * @throws StartError naming everything that keeps the database from serving.
 */
export const refuseUnusable = (owner: ConnectionTarget): Promise<string[]> =>
  connected(owner, ownerConnection, async (client) => {
    const { rows } = await client.query<Server>(SERVER);
    const problems = rows.flatMap(problemsOf);
    if (problems.length > 0) throw new StartError(problems.map((problem) => `${owner.setting}: ${problem}`).join('\n'));
    return warningsOf(client);
  });
