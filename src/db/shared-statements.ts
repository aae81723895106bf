/** Detects a pooler that hands one client's prepared statements to another, as pgbouncer before 1.21 does. */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { primaryUrl } from './primary';
import { CONNECT_TIMEOUT_MS, gatewayConnection } from './session-settings';
import { SetupError } from './setup/setup-error';

const ADVICE =
  'The pooler in front of the database shares prepared statements between clients. ' +
  'Set PREPARED_STATEMENTS=false, or use pgbouncer 1.21 or later with max_prepared_statements above 0.';

async function connect(url: string): Promise<Client> {
  const client = new Client({
    ...gatewayConnection(await primaryUrl(url)),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/**
 * One client prepares a statement, and another looks for it by name. A pooler whose sessions are all in use may give it
 * a different session than the first client had: then the first statement that is mixed up reports the same.
 * @throws SetupError when the statement is found.
 */
export async function refuseSharedStatements(url: string): Promise<void> {
  const name = `portcullis_${randomUUID()}`;
  const clients = [await connect(url)];
  try {
    await clients[0]?.query({ name, text: 'SELECT 1' });
    const other = await connect(url);
    clients.push(other);
    // In one transaction, which a pooler gives one session.
    await other.query('BEGIN');
    const { rowCount } = await other.query('SELECT FROM pg_prepared_statements WHERE name = $1', [name]);
    if (rowCount === 0) return;
    await other.query(`DEALLOCATE "${name}"`);
    await other.query('COMMIT');
    throw new SetupError(ADVICE);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}
