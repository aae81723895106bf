/** Indexes for every order and filter of lists that would sort or read a whole account, or all of them, without one. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { crossAccountIndexes, ownerIndexes, prefixIndex } from '../src/db/setup/protect';

const NAMED = ['tool', 'agent', 'mcp_server', 'api_key'];

const STATEMENTS = [
  ...NAMED.flatMap((table) => [
    ...crossAccountIndexes(table, ['name', 'created_at', 'updated_at']),
    prefixIndex(table),
    ...ownerIndexes(table),
  ]),
  ...crossAccountIndexes('schedule', ['created_at', 'updated_at']),
  ...ownerIndexes('schedule'),
  ...ownerIndexes('run'),
];

export class ListIndexes1210000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
