/** The lock on a cluster: one gateway at a time, for as long as its connection lasts. */
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { SUPERUSER } from './cluster';

/** An arbitrary number that must never change. */
const LOCK = 5_308_417;
const CONNECT_TIMEOUT_MS = 5_000;
const MAX_ATTEMPTS = 10;
const RETRY_MS = 100;

/** @returns a superuser connection. */
export async function connectSuperuser(port: number, password: string): Promise<Client> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: SUPERUSER,
    password,
    database: 'postgres',
    ssl: false,
    keepAlive: true,
    application_name: 'portcullis-lock',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // Without a listener, the end of the server would crash the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/**
 * Locks the cluster for this gateway while the connection lasts. The operating system closes the connection when the
 * gateway ends, however it ends; a PID file would outlive it and might name another process.
 * @returns false if another running gateway holds the lock.
 */
export async function lockCluster(client: Client): Promise<boolean> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [LOCK]);
    if (rows[0]?.locked) return true;
    // It takes the server a moment to notice that its gateway was killed.
    await pause(RETRY_MS);
  }
  return false;
}
