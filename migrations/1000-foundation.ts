/** Accounts and keys. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { auditTable, ownerPolicy, protectTable } from '../src/db/setup/protect';
import { ROLE_NAMES } from '../src/db/setup/roles';

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
    created_by uuid,
    revoked_at timestamptz(3),
    revoked_by uuid,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now()
  )`;

const STATEMENTS = [
  `GRANT USAGE ON SCHEMA public TO ${ROLE_NAMES.tenant}, ${ROLE_NAMES.operator}`,
  CREATE_ACCOUNT,
  ...protectTable('account', { tenant: ['SELECT'], operator: ['SELECT', 'INSERT', 'UPDATE'], accountColumn: 'id' }),
  ownerPolicy('account'),
  CREATE_API_KEY,
  ...protectTable('api_key', { tenant: ['SELECT', 'INSERT', 'UPDATE'], operator: ['SELECT', 'INSERT', 'UPDATE'] }),
  ownerPolicy('api_key'),
  CREATE_MASTER_KEY,
  auditTable('master_key', null),
  `GRANT SELECT, INSERT, UPDATE ON master_key TO ${ROLE_NAMES.operator}`,
];

export class Foundation1000000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
