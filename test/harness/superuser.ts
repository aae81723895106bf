/** Statements as superuser on the maintenance database, one caller at a time on the whole server. */
import type { Client } from 'pg';
import { connected } from './sql';

/** A template must have no connections while it is copied, and two runs may share the server. */
const LOCK = 4_120_991;

/** Runs `work` on a superuser's connection while nobody else does so. */
export const asSuperuser = <Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> =>
  connected(url, async (client) => {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    return work(client);
  });
