/** MCP servers, sub-agents, schedules and runs. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { accountColumns, listIndexes, protectTable } from '../src/db/setup/protect';

const STATEMENTS = [
  ...listIndexes('api_key', ['name', 'created_at', 'updated_at']),
  `CREATE TABLE mcp_server (
    ${accountColumns},
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
    description text,
    transport text NOT NULL CHECK (transport IN ('HTTP', 'SSE')),
    config jsonb NOT NULL,
    authentication jsonb NOT NULL,
    secret bytea
  )`,
  'CREATE UNIQUE INDEX mcp_server_live_name ON mcp_server (account_id, name) WHERE deleted_at IS NULL',
  ...listIndexes('mcp_server', ['name', 'created_at', 'updated_at']),
  ...protectTable('mcp_server'),
  `CREATE TABLE agent_mcp_server (
    account_id uuid NOT NULL REFERENCES account (id),
    agent_id uuid NOT NULL,
    mcp_server_id uuid NOT NULL,
    PRIMARY KEY (account_id, agent_id, mcp_server_id),
    FOREIGN KEY (account_id, agent_id) REFERENCES agent (account_id, id) ON DELETE CASCADE,
    FOREIGN KEY (account_id, mcp_server_id) REFERENCES mcp_server (account_id, id) ON DELETE CASCADE
  )`,
  'CREATE INDEX agent_mcp_server_by_server ON agent_mcp_server (account_id, mcp_server_id)',
  ...protectTable('agent_mcp_server'),
  `CREATE TABLE agent_sub_agent (
    account_id uuid NOT NULL REFERENCES account (id),
    agent_id uuid NOT NULL,
    sub_agent_id uuid NOT NULL,
    PRIMARY KEY (account_id, agent_id, sub_agent_id),
    FOREIGN KEY (account_id, agent_id) REFERENCES agent (account_id, id) ON DELETE CASCADE,
    FOREIGN KEY (account_id, sub_agent_id) REFERENCES agent (account_id, id) ON DELETE CASCADE,
    CHECK (agent_id <> sub_agent_id)
  )`,
  'CREATE INDEX agent_sub_agent_by_sub_agent ON agent_sub_agent (account_id, sub_agent_id)',
  ...protectTable('agent_sub_agent'),
  `CREATE TABLE schedule (
    ${accountColumns},
    agent_id uuid NOT NULL,
    cron text NOT NULL,
    timezone text NOT NULL,
    input jsonb,
    enabled boolean NOT NULL,
    next_run_at timestamptz(3),
    last_run_at timestamptz(3),
    FOREIGN KEY (account_id, agent_id) REFERENCES agent (account_id, id) ON DELETE CASCADE
  )`,
  ...listIndexes('schedule', ['agent_id', 'created_at', 'updated_at']),
  'CREATE INDEX schedule_due ON schedule (next_run_at) WHERE enabled AND deleted_at IS NULL AND next_run_at IS NOT NULL',
  ...protectTable('schedule'),
  `CREATE TABLE run (
    ${accountColumns},
    agent_id uuid NOT NULL,
    schedule_id uuid,
    trigger text NOT NULL CHECK (trigger IN ('MANUAL', 'SCHEDULE')),
    status text NOT NULL CHECK (status IN ('STARTED', 'SUCCESS', 'FAILED', 'CANCELLED')),
    input jsonb,
    output jsonb,
    error text,
    started_at timestamptz(3) NOT NULL DEFAULT now(),
    finished_at timestamptz(3),
    api_key_id uuid,
    FOREIGN KEY (account_id, agent_id) REFERENCES agent (account_id, id) ON DELETE CASCADE,
    FOREIGN KEY (account_id, schedule_id) REFERENCES schedule (account_id, id) ON DELETE SET NULL (schedule_id),
    CHECK ((status = 'STARTED') = (finished_at IS NULL))
  )`,
  ...listIndexes('run', ['agent_id', 'schedule_id', 'status', 'started_at']),
  'CREATE INDEX run_by_time ON run (started_at, id, account_id)',
  ...protectTable('run'),
];

export class ServersSchedulesRuns1100000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
