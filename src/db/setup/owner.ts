/** The only connection as the owner of the database: for setup and administrative tools, never for a request. */
import { Client } from 'pg';
import { primaryUrl } from '../primary';
import { ownerConnection, STATE_OWNER_SETTINGS, UNLIMIT_TRANSACTION } from '../session-settings';
import { findWriteFaults } from '../verify/verify-writable';
import { SetupError } from './setup-error';

/** Serializes the setup of gateways that start at once. Any number will do, as long as it never changes. */
export const SETUP_LOCK = 7_267_283;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * How the work begins, in one message, so that no session timeout can end it first: a pooler drops what the connection
 * sets, and lends its sessions for one transaction at a time.
 */
const BEGIN = `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; ${UNLIMIT_TRANSACTION}; ${STATE_OWNER_SETTINGS}`;

/** A standby, or a primary that was made read-only as a whole, before or after a failover. */
async function refuseReadOnlyServer(owner: Client): Promise<void> {
  const ask = async (text: string): Promise<unknown[][]> =>
    (await owner.query<unknown[]>({ text, rowMode: 'array' })).rows;
  const [fault] = await findWriteFaults(ask);
  if (fault !== undefined) throw new SetupError(`DATABASE_URL: ${fault}.`);
}

/** Runs `work` on a connection as the owner; anything left open is rolled back. */
export async function withOwner<T>(ownerUrl: string, work: (owner: Client) => Promise<T>): Promise<T> {
  const owner = new Client({
    ...ownerConnection(await primaryUrl(ownerUrl)),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'portcullis-owner',
  });
  // A connection that breaks fails the query in flight, which is enough.
  owner.on('error', () => undefined);
  await owner.connect();
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}

/** One transaction as the owner, all or nothing, one gateway at a time. */
export const asOwner = <T>(ownerUrl: string, work: (owner: Client) => Promise<T>): Promise<T> =>
  withOwner(ownerUrl, async (owner) => {
    await refuseReadOnlyServer(owner);
    await owner.query(BEGIN);
    await owner.query('SELECT pg_advisory_xact_lock($1)', [SETUP_LOCK]);
    const result = await work(owner);
    await owner.query('COMMIT');
    return result;
  });

export async function databaseName(owner: Client): Promise<string> {
  const { rows } = await owner.query<{ name: string }>('SELECT current_database()::text AS name');
  return rows[0]?.name ?? '';
}
