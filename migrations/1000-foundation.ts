/** Accounts, keys, and the one look-up that happens before there is a scope. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ownerPolicy, protectTable } from '../src/db/protect';
import { ROLE_NAMES } from '../src/db/roles';

const CREATE_ACCOUNT = `
  CREATE TABLE account (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
    status text NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'SUSPENDED', 'CLOSED')),
    metadata jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3)
  )`;

const CREATE_API_KEY = `
  CREATE TABLE api_key (
    account_id uuid NOT NULL REFERENCES account (id),
    id uuid NOT NULL,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
    kind text NOT NULL CHECK (kind IN ('PRIMARY', 'EXPIRING')),
    secret_hash bytea NOT NULL,
    expires_at timestamptz(3),
    last_used_at timestamptz(3),
    created_by uuid,
    revoked_at timestamptz(3),
    revoked_by uuid,
    replaced_by uuid,
    metadata jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3),
    deletion_id uuid,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, replaced_by) REFERENCES api_key (account_id, id),
    CHECK ((kind = 'PRIMARY') = (expires_at IS NULL))
  )`;

const CREATE_MASTER_KEY = `
  CREATE TABLE master_key (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
    secret_hash bytea NOT NULL,
    expires_at timestamptz(3),
    last_used_at timestamptz(3),
    created_by uuid,
    revoked_at timestamptz(3),
    revoked_by uuid,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now()
  )`;

/** Returns one key and nothing more; the only way a role without a scope can read anything. */
const CREATE_AUTHENTICATE = `
  CREATE FUNCTION authenticate_key(wanted uuid)
  RETURNS TABLE (kind text, key_id uuid, name text, secret_hash bytea, expires_at timestamptz, revoked_at timestamptz,
                 account_id uuid, account_slug text, account_status text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$
    SELECT 'account', k.id, k.name, k.secret_hash, k.expires_at, k.revoked_at, a.id, a.slug, a.status
      FROM public.api_key k JOIN public.account a ON a.id = k.account_id
     WHERE k.id = wanted AND k.deleted_at IS NULL
    UNION ALL
    SELECT 'master', m.id, m.name, m.secret_hash, m.expires_at, m.revoked_at, NULL, NULL, NULL
      FROM public.master_key m WHERE m.id = wanted
    LIMIT 1
  $$`;

const STATEMENTS = [
  `GRANT USAGE ON SCHEMA public TO ${ROLE_NAMES.tenant}, ${ROLE_NAMES.operator}`,
  CREATE_ACCOUNT,
  ...protectTable('account', { tenant: ['SELECT'], operator: ['SELECT', 'INSERT', 'UPDATE'], accountColumn: 'id' }),
  ownerPolicy('account'),
  CREATE_API_KEY,
  'CREATE INDEX api_key_by_id ON api_key (id)',
  ...protectTable('api_key', { tenant: ['SELECT', 'INSERT', 'UPDATE'], operator: ['SELECT', 'INSERT', 'UPDATE'] }),
  ownerPolicy('api_key'),
  CREATE_MASTER_KEY,
  `GRANT SELECT, INSERT, UPDATE ON master_key TO ${ROLE_NAMES.operator}`,
  CREATE_AUTHENTICATE,
  'REVOKE ALL ON FUNCTION authenticate_key(uuid) FROM PUBLIC',
  `GRANT EXECUTE ON FUNCTION authenticate_key(uuid) TO ${ROLE_NAMES.tenant}`,
];

export class Foundation1000000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
