/** Reads and prunes the audit log without the gateway: for the command line next to the database. */
import { PipelineClient } from './pipeline/pipeline-client';
import { primaryUrl } from './primary';
import { gatewayConnection, STATE_GATEWAY_SETTINGS } from './session-settings';
import { asOwner } from './setup/owner';

type Ask = (text: string, values: readonly unknown[]) => Promise<unknown[][]>;

/** Runs `work` with a query function of the operator role, which can read every account's audit log and change none. */
export async function asAuditor<T>(operatorUrl: string, work: (ask: Ask) => Promise<T>): Promise<T> {
  const client = new PipelineClient(gatewayConnection(await primaryUrl(operatorUrl)));
  await client.connect();
  try {
    return await work(async (text, values) => {
      await client.query('BEGIN READ ONLY');
      await client.query(STATE_GATEWAY_SETTINGS);
      const { rows } = await client.query<unknown[]>({ text, values: [...values], rowMode: 'array' });
      await client.query('COMMIT');
      return rows;
    });
  } finally {
    await client.end();
  }
}

const STORE = `INSERT INTO audit_checkpoint (account_id, sequence, hash, at, signature) VALUES ($1, $2, decode($3, 'hex'), $4, $5)`;
const REMOVE_IMAGES = 'DELETE FROM audit_image WHERE account_id = $1 AND sequence <= $2';
const REMOVE = 'DELETE FROM audit_event WHERE account_id = $1 AND sequence <= $2';

interface ArchiveEnd {
  readonly accountId: string;
  readonly sequence: number;
  readonly hash: string;
  readonly at: string;
  readonly signature: string;
}

/**
 * Removes an account's events up to a signed checkpoint, which becomes the start of the remaining chain. The database
 * does not let even its owner remove an event that no checkpoint covers, or the last event of a chain.
 * @returns the number of events removed.
 */
export const removeArchived = (ownerUrl: string, end: ArchiveEnd): Promise<number> =>
  asOwner(ownerUrl, async (owner) => {
    await owner.query(STORE, [end.accountId, end.sequence, end.hash, end.at, end.signature]);
    await owner.query(REMOVE_IMAGES, [end.accountId, end.sequence]);
    const removed = await owner.query(REMOVE, [end.accountId, end.sequence]);
    return removed.rowCount ?? 0;
  });
