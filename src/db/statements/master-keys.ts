/** Statements about master keys and their access log. */
import type { PreparedQuery } from '../pipeline/batch';

/** Ids of active master keys, locked in the same order by everyone who ends master keys. */
export const lockWorkingMasterKeys = (): PreparedQuery => ({
  name: 'lock_working_master_keys',
  text: `SELECT m.id FROM master_key m WHERE m.revoked_at IS NULL AND (m.expires_at IS NULL OR m.expires_at > now())
   ORDER BY m.id FOR UPDATE`,
  values: [],
});

/** Each master key's id and last use. */
export const lastMasterUses = (keyIds: readonly string[]): PreparedQuery => ({
  name: 'last_master_access',
  text: `SELECT k.id, (SELECT a.created_at FROM master_access a WHERE a.key_id = k.id ORDER BY a.id DESC LIMIT 1)
           FROM unnest($1::uuid[]) k (id)`,
  values: [keyIds],
});

/** Whether a master key's latest operations on accounts covered all of them, or which. */
export const lastMasterAccounts = (keyId: string, limit: number): PreparedQuery => ({
  name: 'last_master_access_accounts',
  text: `SELECT every_account, account_ids FROM master_access
          WHERE key_id = $1 AND cardinality(account_ids) > 0 ORDER BY id DESC LIMIT $2`,
  values: [keyId, limit],
});
