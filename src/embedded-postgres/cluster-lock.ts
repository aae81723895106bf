/** Who holds a cluster: the gateway whose connection has the lock, and nobody else. */
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { SUPERUSER } from './cluster';

/** Any number will do, as long as it stays. */
const LOCK = 5_308_417;
const ATTEMPTS = 10;

/** @returns a connection as superuser. */
export async function connectSuperuser(port: number, password: string): Promise<Client> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: SUPERUSER,
    password,
    database: 'postgres',
    ssl: false,
    keepAlive: true,
    application_name: 'portcullis holder',
    connectionTimeoutMillis: 5000,
  });
  // Without a listener the end of the server would end the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/**
 * Takes the cluster for this gateway, for as long as the connection lives. The operating system ends the connection with
 * the gateway, however that ends; a file with a process id would outlive it and may name a stranger.
 * @returns false when another gateway, alive, has it.
 */
export async function hold(client: Client): Promise<boolean> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const found = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [LOCK]);
    if (found.rows[0]?.held) return true;
    // A server notices only after a moment that the gateway it served was killed.
    await pause(100);
  }
  return false;
}
