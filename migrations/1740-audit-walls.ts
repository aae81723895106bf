/** Nothing truncates the record, its owner included, and an event that something swallows fails its change at once. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createAuditFunctions } from '../src/db/setup/audit-trigger';
import { RECORDS } from '../src/db/setup/protect';

const refuseTruncate = (table: string): string[] => [
  `CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate()`,
  `ALTER TABLE ${table} ENABLE ALWAYS TRIGGER audit_truncate`,
];

export class AuditWalls1740000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [...createAuditFunctions, ...RECORDS.flatMap(refuseTruncate)])
      await queryRunner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
