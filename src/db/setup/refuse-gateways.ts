/** Refuses work on a database that gateways are connected to. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import { currentRoles } from './roles';
import { SetupError } from './setup-error';

const OPEN = 'SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = ANY($1)';
/** Recently closed connections may still be counted. */
const MAX_TRIES = 20;
const PAUSE_MS = 100;

/** @param advice what to do, and why. @throws SetupError when a gateway is connected. */
export async function refuseGateways(owner: Client, advice: string): Promise<void> {
  const roles = await currentRoles(owner);
  let open = 0;
  for (let left = MAX_TRIES; left > 0; left -= 1) {
    const { rows } = await owner.query<{ count: string }>(OPEN, [Object.values(roles ?? {})]);
    open = Number(rows[0]?.count ?? 0);
    if (open === 0) return;
    // Statistics are cached for the transaction until the snapshot is cleared.
    await owner.query('SELECT pg_stat_clear_snapshot()');
    await pause(PAUSE_MS);
  }
  throw new SetupError(`${open} gateway connection(s) to this database are open. ${advice}`);
}
