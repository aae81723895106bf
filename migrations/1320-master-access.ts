/** The record of what master keys are used for: the platform's, and for each account the entries that touched it. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ownerPolicy, protectTable } from '../src/db/setup/protect';
import { ROLE_NAMES } from '../src/db/setup/roles';

const { tenant, operator } = ROLE_NAMES;

const COLUMNS = `
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    key_id uuid NOT NULL,
    key_name text NOT NULL,
    operation_name text,
    fields text[] NOT NULL,
    reason text,
    address text NOT NULL,
    request_id text NOT NULL`;

/** The only way in; nobody changes or removes an entry. An account's copy does not name the others. */
const CREATE_RECORD = `
  CREATE FUNCTION record_master_access(entry uuid, key_id uuid, key_name text, operation_name text, fields text[],
                                       reason text, address text, request_id text, every_account boolean,
                                       accounts uuid[])
  RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$
    INSERT INTO public.master_access
      (id, key_id, key_name, operation_name, fields, reason, address, request_id, every_account, account_ids)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);
    INSERT INTO public.account_access
      (account_id, id, key_id, key_name, operation_name, fields, reason, address, request_id)
      SELECT a.id, $1, $2, $3, $4, $5, $6, $7, $8 FROM public.account a WHERE a.id = ANY($10) ORDER BY a.id;
  $$`;

const SIGNATURE = 'record_master_access(uuid, uuid, text, text, text[], text, text, text, boolean, uuid[])';

const STATEMENTS = [
  `CREATE TABLE master_access (
    id uuid PRIMARY KEY,${COLUMNS},
    every_account boolean NOT NULL,
    account_ids uuid[] NOT NULL
  )`,
  'CREATE INDEX master_access_by_key ON master_access (key_id, id)',
  `GRANT SELECT ON master_access TO ${operator}`,
  `CREATE TABLE account_access (
    account_id uuid NOT NULL REFERENCES account (id),
    id uuid NOT NULL,${COLUMNS},
    PRIMARY KEY (account_id, id)
  )`,
  ...protectTable('account_access', { tenant: ['SELECT'], operator: ['SELECT'] }),
  ownerPolicy('account_access'),
  CREATE_RECORD,
  `REVOKE ALL ON FUNCTION ${SIGNATURE} FROM PUBLIC`,
  `GRANT EXECUTE ON FUNCTION ${SIGNATURE} TO ${tenant}, ${operator}`,
];

export class MasterAccess1320000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
