/** What requests with an Idempotency-Key stored, for 24 hours. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTable } from '../src/db/setup/protect';
import { ROLE_NAMES } from '../src/db/setup/roles';

const COLUMNS = `
    caller_id uuid NOT NULL,
    key text NOT NULL,
    write integer NOT NULL,
    fingerprint bytea NOT NULL,
    answer bytea,
    created_at timestamptz(3) NOT NULL DEFAULT now()`;

const STATEMENTS = [
  `CREATE TABLE idempotency (
    account_id uuid NOT NULL REFERENCES account (id),
    ${COLUMNS},
    PRIMARY KEY (account_id, caller_id, key, write)
  )`,
  'CREATE INDEX idempotency_by_age ON idempotency (account_id, created_at)',
  ...protectTable('idempotency'),
  `CREATE TABLE operator_idempotency (${COLUMNS}, PRIMARY KEY (caller_id, key, write))`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON operator_idempotency TO ${ROLE_NAMES.operator}`,
];

export class Idempotency1110000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
