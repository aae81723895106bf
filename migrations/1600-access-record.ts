/** What works inside one account puts that account alone on the record of access, whatever it names. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ROLE_NAMES } from '../src/db/setup/roles';

/** The tenant role is held to its account by row level security everywhere; this function runs as its owner. */
const RECORD = `
  CREATE OR REPLACE FUNCTION record_master_access(entry uuid, key_id uuid, key_name text, operation_name text,
                                       fields text[], reason text, address text, request_id text,
                                       every_account boolean, accounts uuid[])
  RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    INSERT INTO public.master_access
      (id, key_id, key_name, operation_name, fields, reason, address, request_id, every_account, account_ids)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);
    INSERT INTO public.account_access
      (account_id, id, key_id, key_name, operation_name, fields, reason, address, request_id)
      SELECT a.id, $1, $2, $3, $4, $5, $6, $7, $8 FROM public.account a
       WHERE a.id = ANY($10)
         AND (session_user <> '${ROLE_NAMES.tenant}'
              OR a.id = nullif(current_setting('app.account_id', true), '')::uuid)
       ORDER BY a.id;
  $$`;

export class AccessRecord1600000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(RECORD);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
