/** The look-up of a key before there is a scope, and the word to all gateways when a key or its account changes. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ROLE_NAMES } from '../src/db/setup/roles';

/**
 * Returns one key and nothing more; the only way a role without a scope can read anything. How long the key still works
 * is told as a duration, so that no gateway's clock decides when a key ends.
 */
const CREATE_AUTHENTICATE = `
  CREATE FUNCTION authenticate_key(wanted uuid)
  RETURNS TABLE (kind text, key_id uuid, name text, secret_hash bytea, remaining_ms double precision,
                 account_id uuid, account_slug text, account_status text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$
    SELECT 'account', k.id, k.name, k.secret_hash,
           extract(epoch FROM least(k.expires_at, k.revoked_at) - clock_timestamp())::double precision * 1000,
           a.id, a.slug, a.status
      FROM public.api_key k JOIN public.account a ON a.id = k.account_id
     WHERE k.id = wanted AND k.deleted_at IS NULL
    UNION ALL
    SELECT 'master', m.id, m.name, m.secret_hash,
           extract(epoch FROM least(m.expires_at, m.revoked_at) - clock_timestamp())::double precision * 1000,
           NULL, NULL, NULL
      FROM public.master_key m WHERE m.id = wanted
    LIMIT 1
  $$`;

/** Says which key, or which account, changed; never what. */
const CREATE_ANNOUNCE = `
  CREATE FUNCTION announce_key_change() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog
  AS $$
  BEGIN
    PERFORM pg_notify('portcullis_keys', OLD.id::text);
    RETURN NULL;
  END
  $$`;

const announced = (table: string): string => `
  CREATE TRIGGER announce_change AFTER UPDATE OR DELETE ON ${table}
  FOR EACH ROW EXECUTE FUNCTION announce_key_change()`;

const STATEMENTS = [
  CREATE_AUTHENTICATE,
  'REVOKE ALL ON FUNCTION authenticate_key(uuid) FROM PUBLIC',
  `GRANT EXECUTE ON FUNCTION authenticate_key(uuid) TO ${ROLE_NAMES.tenant}`,
  CREATE_ANNOUNCE,
  ...['api_key', 'master_key', 'account'].map(announced),
];

export class KeyWatch1300000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
