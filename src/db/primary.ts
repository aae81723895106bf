/** Finds the server that takes writes among those a URL names, as libpq does for target_session_attrs=read-write. */
import { Client } from 'pg';
import { DatabaseUnavailableError, isUnavailable } from './database-errors';
import { CONNECT_TIMEOUT_MS, gatewayConnection } from './session-settings';
import { findWriteFaults } from './verify/verify-writable';

/** The parameter in which src/settings/postgres-url.ts lists each server's `host:port`. */
const HOSTS = 'hosts';

/** One connection per server; null for a URL that names only one. */
function alternatives(text: string): readonly string[] | null {
  const url = new URL(text);
  const hosts = url.searchParams.get(HOSTS)?.split(',');
  url.searchParams.delete(HOSTS);
  if (!hosts) return null;
  return hosts.map((host) => {
    url.host = host;
    return url.toString();
  });
}

/** With PostgreSQL's own code for a write refused by a standby. */
const standby = (fault: string): DatabaseUnavailableError =>
  new DatabaseUnavailableError(true, Object.assign(new Error(fault), { code: '25006' }), 'readOnly');

/** @returns the URL. @throws when the server is unreachable, or takes no writes. */
async function refuseStandby(url: string): Promise<string> {
  const client = new Client({
    ...gatewayConnection(url),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: CONNECT_TIMEOUT_MS,
    application_name: 'portcullis-find-primary',
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const [fault] = await findWriteFaults(
      async (text) => (await client.query<unknown[]>({ text, rowMode: 'array' })).rows,
    );
    if (fault !== undefined) throw standby(fault);
    return url;
  } finally {
    client.end().catch(() => undefined);
  }
}

/**
 * Tries all at once, so that one that does not respond delays nothing. @throws a standby's error, or else the first
 * server's.
 */
async function find(urls: readonly string[]): Promise<string> {
  const attempts = urls.map(refuseStandby);
  try {
    return await Promise.any(attempts);
  } catch {
    const failures = await Promise.all(attempts.map((attempt) => attempt.catch((error: unknown) => error)));
    throw failures.find((error) => error instanceof DatabaseUnavailableError) ?? failures[0];
  }
}

/** The current primary. */
export class Primary {
  readonly #urls: readonly string[] | null;
  #current: string | null = null;
  #search: Promise<string> | null = null;

  constructor(private readonly text: string) {
    this.#urls = alternatives(text);
  }

  /** @returns a URL that names one server. @throws DatabaseUnavailableError, or the connection's failure, when none takes writes. */
  async url(): Promise<string> {
    if (this.#urls === null) return this.text;
    if (this.#current !== null) return this.#current;
    this.#search ??= find(this.#urls).finally(() => (this.#search = null));
    return (this.#current = await this.#search);
  }

  /** Call when a connection to this URL failed. @returns whether the primary may be elsewhere. */
  isElsewhere(url: string, error: unknown): boolean {
    if (this.#urls === null || !isUnavailable(error)) return false;
    if (this.#current === url) this.#current = null;
    return true;
  }
}

/** For one connection. @throws as `Primary.url` does. */
export const primaryUrl = (url: string): Promise<string> => new Primary(url).url();
