/** Statements about master keys and the log of their use. */
import type { PreparedQuery } from '../pipeline/batch';

/** Ids of the master keys that work, locked in one order for all who end master keys. */
export const lockWorkingMasterKeys = (): PreparedQuery => ({
  name: 'lock_working_master_keys',
  text: `SELECT m.id FROM master_key m WHERE m.revoked_at IS NULL AND (m.expires_at IS NULL OR m.expires_at > now())
   ORDER BY m.id FOR UPDATE`,
  values: [],
});

/** Of each master key: its id, and when it was last used. */
export const lastMasterUses = (keyIds: readonly string[]): PreparedQuery => ({
  name: 'last_master_access',
  text: `SELECT k.id, (SELECT a.created_at FROM master_access a WHERE a.key_id = k.id ORDER BY a.id DESC LIMIT 1)
           FROM unnest($1::uuid[]) k (id)`,
  values: [keyIds],
});

/** Of the latest operations of a master key that touched accounts: whether it was all of them, and which. */
export const lastMasterAccounts = (keyId: string, limit: number): PreparedQuery => ({
  name: 'last_master_access_accounts',
  text: `SELECT every_account, account_ids FROM master_access
          WHERE key_id = $1 AND cardinality(account_ids) > 0 ORDER BY id DESC LIMIT $2`,
  values: [keyId, limit],
});
