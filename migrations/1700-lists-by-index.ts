/** One index for each list that is offered, of one account and of all; what no list reads any more is dropped. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  allAccountsIndex,
  crossAccountIndexes,
  crossAccountOwnerIndexes,
  leadIndexes,
  orderIndexes,
} from '../src/db/setup/indexes';

const NAMED = ['tool', 'agent', 'mcp_server', 'api_key'];

const drop = (...names: string[]): string => `DROP INDEX ${names.join(', ')}`;

/** Of indexes that start without the account, those for all accounts only take the place. */
const STATEMENTS = [
  ...NAMED.flatMap((table) => [
    drop(`${table}_by_id`, ...['name', 'created_at', 'updated_at'].map((column) => `${table}_all_by_${column}`)),
    drop(`${table}_by_prefix`, `${table}_by_owner_team`, `${table}_by_owner_email`),
    allAccountsIndex(table, 'by_id', 'id'),
    ...crossAccountIndexes(table, ['name', 'created_at', 'updated_at']),
    ...crossAccountOwnerIndexes(table),
  ]),
  drop('schedule_by_id', 'schedule_all_by_created_at', 'schedule_all_by_updated_at', 'schedule_by_agent_id'),
  drop('schedule_by_owner_team', 'schedule_by_owner_email'),
  allAccountsIndex('schedule', 'by_id', 'id'),
  ...crossAccountIndexes('schedule', ['created_at', 'updated_at']),
  ...crossAccountOwnerIndexes('schedule'),
  ...leadIndexes('schedule', 'agent_id', 'id'),
  drop('run_by_id', 'run_by_agent_id', 'run_by_schedule_id', 'run_by_status', 'run_by_started_at', 'run_by_time'),
  drop('run_by_owner_team', 'run_by_owner_email'),
  allAccountsIndex('run', 'by_id', 'id'),
  ...orderIndexes('run', 'started_at', 'id'),
  ...leadIndexes('run', 'agent_id', 'started_at, id'),
  ...leadIndexes('run', 'schedule_id', 'started_at, id', 'schedule_id IS NOT NULL'),
  ...leadIndexes('run', 'status', 'started_at, id'),
  ...crossAccountOwnerIndexes('run', 'started_at, id'),
  // The platform's own lists; these tables are small and rarely written.
  ...['slug', 'name', 'created_at', 'updated_at'].map(
    (column) => `CREATE INDEX account_by_${column} ON account (${column}, id)`,
  ),
  ...['name', 'created_at', 'updated_at'].map(
    (column) => `CREATE INDEX master_key_by_${column} ON master_key (${column}, id)`,
  ),
];

export class ListsByIndex1700000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
