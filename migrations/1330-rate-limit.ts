/** What keys and addresses asked for in the current minute, where several gateway processes count together. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ROLE_NAMES } from '../src/db/setup/roles';

/** The columns are rate-limiter-flexible's. Unlogged: after a crash everybody starts the minute afresh. */
const STATEMENTS = [
  `CREATE UNLOGGED TABLE rate_limit (
    key text PRIMARY KEY,
    points bigint NOT NULL,
    expire bigint
  )`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON rate_limit TO ${ROLE_NAMES.operator}`,
];

export class RateLimit1330000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
