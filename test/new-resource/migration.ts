/** The migration of the throw-away resource: the table, its indexes, its walls. */
import {
  accountColumns,
  crossAccountIndexes,
  crossAccountOwnerIndexes,
  listIndexes,
  protectTable,
} from '../../src/db/setup/protect';

export const STATEMENTS = [
  `CREATE TABLE note (
    ${accountColumns},
    name text NOT NULL,
    tool_id uuid NOT NULL,
    FOREIGN KEY (account_id, tool_id) REFERENCES tool (account_id, id) ON DELETE CASCADE
  )`,
  'CREATE UNIQUE INDEX note_live_name ON note (account_id, name) WHERE deleted_at IS NULL',
  ...listIndexes('note', ['name', 'tool_id', 'created_at', 'updated_at']),
  ...crossAccountIndexes('note', ['name', 'created_at', 'updated_at']),
  ...crossAccountOwnerIndexes('note'),
  ...protectTable('note'),
];
