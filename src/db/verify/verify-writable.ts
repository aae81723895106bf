/** Verifies for readiness that the database accepts changes. */

/** A role or a database that starts its sessions read-only does not count: transactions set their own access mode. */
const WRITABLE = `
  SELECT pg_is_in_recovery(),
         EXISTS (SELECT FROM pg_settings s WHERE s.name = 'default_transaction_read_only' AND s.setting = 'on'
                    AND s.source NOT IN ('database', 'user', 'database user'))`;

/** Why no change can be stored; empty when it can. */
export async function findWriteFaults(ask: (text: string) => Promise<unknown[][]>): Promise<string[]> {
  const [[inRecovery, readOnly] = []] = await ask(WRITABLE);
  if (inRecovery === true)
    return ['the database is read-only: this server is a standby; the gateway must reach the primary'];
  return readOnly === true
    ? ['the database is read-only: the server sets default_transaction_read_only; a failover may be under way']
    : [];
}
