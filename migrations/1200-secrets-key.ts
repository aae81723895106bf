/** Which secrets key the database's secrets are sealed with: a value that tells keys apart and tells nothing of them. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ROLE_NAMES } from '../src/db/setup/roles';

const STATEMENTS = [
  `CREATE TABLE secrets_key (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    key_id bytea NOT NULL
  )`,
  `GRANT SELECT, INSERT ON secrets_key TO ${ROLE_NAMES.operator}`,
];

export class SecretsKey1200000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
