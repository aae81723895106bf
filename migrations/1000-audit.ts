/** The audit record, before everything that it records: events, their chains, what was archived, what was denied. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createAuditFunctions } from '../src/db/setup/audit-trigger';
import { protectTable } from '../src/db/setup/protect';
import { ROLE_NAMES } from '../src/db/setup/roles';

/**
 * No foreign key to account: events outlive what they tell of. `json`, not `jsonb`, keeps the very text that was
 * hashed. No CHECK either: the trigger is the one writer, and checks are compiled anew for every INSERT.
 */
const CREATE_EVENT = `
  CREATE TABLE audit_event (
    account_id uuid NOT NULL,
    sequence bigint NOT NULL,
    at timestamptz(3) NOT NULL,
    actor_kind text NOT NULL,
    actor_id text,
    actor_name text NOT NULL,
    request_id text,
    address text,
    operation_name text,
    reason text,
    action text NOT NULL,
    resource_type text NOT NULL,
    resource_id text NOT NULL,
    before json,
    after json,
    hash bytea NOT NULL,
    PRIMARY KEY (account_id, sequence)
  )`;

/** Where archived events end and the events that are left begin. */
const CREATE_CHECKPOINT = `
  CREATE TABLE audit_checkpoint (
    account_id uuid NOT NULL,
    sequence bigint NOT NULL,
    hash bytea NOT NULL,
    at timestamptz(3) NOT NULL,
    signature text NOT NULL,
    PRIMARY KEY (account_id, sequence)
  )`;

/** Refused requests, counted by the minute: a flood of them is one row with a large count. */
const CREATE_DENIAL = `
  CREATE TABLE audit_denial (
    account_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    minute timestamptz(3) NOT NULL,
    key_id uuid NOT NULL,
    code text NOT NULL,
    field text NOT NULL,
    count bigint NOT NULL,
    request_id text,
    address text,
    PRIMARY KEY (account_id, minute, key_id, code, field)
  )`;

const RECORD_DENIALS = `
  CREATE FUNCTION audit_record_denials(denials jsonb) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    INSERT INTO public.audit_denial AS d (account_id, minute, key_id, code, field, count, request_id, address)
    SELECT n."accountId", n.minute, n."keyId", n.code, n.field, n.count,
           public.audit_clean(n."requestId"), n.address
      FROM jsonb_to_recordset(denials) AS n ("accountId" uuid, minute timestamptz, "keyId" uuid, code text, field text,
                                             count bigint, "requestId" text, address text)
     ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (account_id, minute, key_id, code, field) DO UPDATE
      SET count = d.count + excluded.count, request_id = excluded.request_id, address = excluded.address
  $$`;

const READ_ONLY = { tenant: ['SELECT'], operator: ['SELECT'] } as const;

/** The owner's own rights, which its SECURITY DEFINER functions work with; there is no way to change an event. */
const ownerMay = (table: string, command: string, condition: string): string =>
  `CREATE POLICY owner_${command.toLowerCase()} ON ${table} FOR ${command} TO current_user ${condition}`;

const ARCHIVED = `sequence <= (SELECT max(c.sequence) FROM audit_checkpoint c WHERE c.account_id = audit_event.account_id)`;

const STATEMENTS = [
  CREATE_EVENT,
  'CREATE INDEX audit_event_by_resource ON audit_event (account_id, resource_id, sequence)',
  'CREATE INDEX audit_event_by_time ON audit_event (at)',
  CREATE_CHECKPOINT,
  CREATE_DENIAL,
  ...protectTable('audit_event', READ_ONLY),
  ownerMay('audit_event', 'SELECT', 'USING (true)'),
  ownerMay('audit_event', 'INSERT', 'WITH CHECK (true)'),
  ownerMay('audit_event', 'DELETE', `USING (${ARCHIVED})`),
  ...protectTable('audit_checkpoint', READ_ONLY),
  ownerMay('audit_checkpoint', 'SELECT', 'USING (true)'),
  ownerMay('audit_checkpoint', 'INSERT', 'WITH CHECK (true)'),
  ...protectTable('audit_denial', READ_ONLY),
  'CREATE POLICY owner_rows ON audit_denial TO current_user USING (true) WITH CHECK (true)',
  ...createAuditFunctions,
  RECORD_DENIALS,
  'REVOKE ALL ON FUNCTION audit_record_denials(jsonb) FROM PUBLIC',
  `GRANT EXECUTE ON FUNCTION audit_record_denials(jsonb) TO ${ROLE_NAMES.operator}`,
];

export class Audit1000000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
