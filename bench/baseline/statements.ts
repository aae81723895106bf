/** The baseline's statements: those of the gateway, written by hand. */
import { ofAllAccounts } from '../../src/db/statements/predicate';

export interface BaselineStatement {
  readonly name: string;
  readonly text: string;
}

const COLUMNS = 'a.account_id, a.created_at, a.id, a.metadata, a.model, a.name';

const make = (scoped: boolean) => {
  const place = scoped ? '$1::uuid' : 'k.account_id';
  const keys = scoped ? 'unnest($2::uuid[]) k(id)' : 'unnest($1::uuid[], $2::uuid[]) k(account_id, id)';
  const related = (rows: string): string => `SELECT k.id, t.* FROM ${keys} CROSS JOIN LATERAL (${rows}) t`;
  const children = (columns: string, table: string, order: string): string =>
    related(
      `SELECT ${columns} FROM ${table} t WHERE t.account_id = ${place} AND t.agent_id = k.id AND t.deleted_at IS NULL ORDER BY ${order} LIMIT $3`,
    );
  return {
    list: {
      name: `list ${scoped}`,
      text: scoped
        ? `SELECT ${COLUMNS} FROM agent a WHERE a.account_id = $1 AND a.deleted_at IS NULL ORDER BY a.id LIMIT $2`
        : `SELECT ${COLUMNS} FROM agent a WHERE ${ofAllAccounts('a.account_id')} AND a.deleted_at IS NULL ORDER BY a.id, a.account_id LIMIT $1`,
    },
    get: {
      name: 'get',
      text: `SELECT ${COLUMNS} FROM agent a WHERE a.account_id = $1 AND a.deleted_at IS NULL AND a.id = $2 LIMIT 1`,
    },
    update: {
      name: 'update',
      text: `UPDATE agent a SET metadata = $3, version = version + 1, updated_at = now() WHERE a.account_id = $1 AND a.id = $2 RETURNING ${COLUMNS}`,
    },
    tools: {
      name: `tools ${scoped}`,
      text: related(
        `SELECT t.account_id, t.id, t.name, t.type FROM agent_tool l JOIN tool t ON t.account_id = l.account_id AND t.id = l.tool_id
          WHERE l.account_id = ${place} AND l.agent_id = k.id AND t.deleted_at IS NULL ORDER BY t.name, t.id LIMIT $3`,
      ),
    },
    schedules: {
      name: `schedules ${scoped}`,
      text: children('t.account_id, t.cron, t.enabled, t.id, t.next_run_at, t.timezone', 'schedule', 't.id'),
    },
    runs: {
      name: `runs ${scoped}`,
      text: children(
        't.account_id, t.finished_at, t.id, t.started_at, t.status',
        'run',
        't.started_at DESC, t.id DESC',
      ),
    },
  } satisfies Record<string, BaselineStatement>;
};

export type Statements = Readonly<Record<keyof ReturnType<typeof make>, BaselineStatement>>;

const ofOneAccount: Statements = make(true);
const ofAllAccountsStatements: Statements = make(false);

/** @param scoped whether the statement is limited to one account. */
export const statementsOf = (scoped: boolean): Statements => (scoped ? ofOneAccount : ofAllAccountsStatements);
