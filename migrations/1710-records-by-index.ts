/** Indexes for the lists of the record: events, refusals, and what master keys were used for. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allAccountsIndex, leadIndexes, orderIndexes } from '../src/db/setup/indexes';

const STATEMENTS = [
  'DROP INDEX audit_event_by_resource, audit_event_by_time',
  ...orderIndexes('audit_event', 'at', 'sequence'),
  ...leadIndexes('audit_event', 'resource_id', 'at, sequence'),
  ...leadIndexes('audit_event', 'actor_id', 'at, sequence', 'actor_id IS NOT NULL'),
  ...leadIndexes('audit_event', 'request_id', 'at, sequence', 'request_id IS NOT NULL'),
  'CREATE INDEX audit_denial_by_minute ON audit_denial (account_id, minute, id)',
  allAccountsIndex('audit_denial', 'all_by_minute', 'minute, id'),
  allAccountsIndex('account_access', 'by_id', 'id'),
];

export class RecordsByIndex1710000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
