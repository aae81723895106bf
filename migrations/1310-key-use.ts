/** When each key was last used, and what for: counters that gateways add to in bulk, no history. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTable } from '../src/db/setup/protect';

const READ_BY_ITS_ACCOUNT = { tenant: ['SELECT'], operator: ['SELECT', 'INSERT', 'UPDATE'] } as const;

const STATEMENTS = [
  `CREATE TABLE key_use (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    last_used_at timestamptz(3) NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, id) REFERENCES api_key (account_id, id) ON DELETE CASCADE
  )`,
  ...protectTable('key_use', READ_BY_ITS_ACCOUNT),
  `CREATE TABLE key_usage (
    account_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    key_id uuid NOT NULL,
    action text NOT NULL CHECK (action IN ('READ', 'RUN', 'WRITE', 'ADMIN')),
    resource text NOT NULL,
    count bigint NOT NULL,
    first_at timestamptz(3) NOT NULL,
    last_at timestamptz(3) NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, key_id, action, resource),
    FOREIGN KEY (account_id, key_id) REFERENCES api_key (account_id, id) ON DELETE CASCADE
  )`,
  ...protectTable('key_usage', READ_BY_ITS_ACCOUNT),
];

export class KeyUse1310000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
