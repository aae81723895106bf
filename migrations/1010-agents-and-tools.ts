/** Agents, tools, and which agent uses which tool. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { accountColumns, listIndexes, protectTable } from '../src/db/setup/protect';

const STATEMENTS = [
  `CREATE TABLE tool (
    ${accountColumns},
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
    description text,
    type text NOT NULL CHECK (type IN ('NATIVE', 'CUSTOM')),
    framework text,
    version_label text,
    tags jsonb NOT NULL DEFAULT '[]',
    input_schema jsonb,
    source text
  )`,
  'CREATE UNIQUE INDEX tool_live_name ON tool (account_id, name) WHERE deleted_at IS NULL',
  ...listIndexes('tool', ['name', 'created_at', 'updated_at']),
  ...protectTable('tool'),
  `CREATE TABLE agent (
    ${accountColumns},
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
    description text,
    instruction text,
    type text NOT NULL CHECK (type IN ('CONFIG', 'A2A', 'LANGFLOW')),
    framework text,
    model jsonb,
    config jsonb,
    tool_configs jsonb,
    a2a_profile jsonb,
    version_label text
  )`,
  'CREATE UNIQUE INDEX agent_live_name ON agent (account_id, name) WHERE deleted_at IS NULL',
  ...listIndexes('agent', ['name', 'created_at', 'updated_at']),
  ...protectTable('agent'),
  `CREATE TABLE agent_tool (
    account_id uuid NOT NULL REFERENCES account (id),
    agent_id uuid NOT NULL,
    tool_id uuid NOT NULL,
    PRIMARY KEY (account_id, agent_id, tool_id),
    FOREIGN KEY (account_id, agent_id) REFERENCES agent (account_id, id) ON DELETE CASCADE,
    FOREIGN KEY (account_id, tool_id) REFERENCES tool (account_id, id) ON DELETE CASCADE
  )`,
  'CREATE INDEX agent_tool_by_tool ON agent_tool (account_id, tool_id)',
  ...protectTable('agent_tool'),
];

export class AgentsAndTools1010000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
