/** What imports did, with what takes each of them back: sealed, so that no secret of a row is legible in it. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTable } from '../src/db/setup/protect';

const STATEMENTS = [
  `CREATE TABLE configuration_import (
    account_id uuid NOT NULL REFERENCES account (id),
    id uuid NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    plan_hash text NOT NULL,
    summary jsonb NOT NULL,
    inverse bytea NOT NULL,
    undone_at timestamptz(3),
    PRIMARY KEY (account_id, id)
  )`,
  ...protectTable('configuration_import', {
    tenant: ['SELECT', 'INSERT', 'UPDATE'],
    operator: ['SELECT', 'INSERT', 'UPDATE'],
  }),
];

export class ConfigurationImports1500000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
