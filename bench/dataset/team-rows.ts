/** Rows of one team among many rows of others in the same account, linked to each other. */
import { insertSilently } from './dataset';
import { withoutIndexes } from './rows';

/** Rows of each type that has an owner; `LINKS` rows of others refer to each of them. */
export const ROWS_OF_TEAM = 40;
export const TEAM = 'support';
const LINKS = 2_000;

/** Time-ordered ids; the rows of a team are found by their names. */
const ID =
  "(lpad(to_hex(1750000000000 + n), 12, '0') || '7' || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid";
const TIMES = "now() - random() * interval '30 days', now() - random() * interval '30 days'";
const ownedBy = (team: string): string =>
  `jsonb_build_object('owner', jsonb_build_object('team', ${team}, 'email', 'team@example.org'))`;

const insertOwned = (team: string, prefix: string): readonly string[] => [
  `INSERT INTO tool (account_id, id, name, type, metadata, created_at, updated_at)
   SELECT $1, ${ID}, '${prefix} ' || n, 'CUSTOM', ${ownedBy(team)}, ${TIMES} FROM generate_series(1, $2::int) n`,
  `INSERT INTO mcp_server (account_id, id, name, transport, config, authentication, metadata, created_at, updated_at)
   SELECT $1, ${ID}, '${prefix} ' || n, 'HTTP', '{"url": "https://mcp.example/"}', '{"type": "NO_AUTH"}', ${ownedBy(team)}, ${TIMES}
     FROM generate_series(1, $2::int) n`,
  `INSERT INTO agent (account_id, id, name, type, framework, model, metadata, created_at, updated_at)
   SELECT $1, ${ID}, '${prefix} ' || n, 'CONFIG', 'LANGGRAPH', '{"provider": "openai", "name": "gpt"}', ${ownedBy(team)}, ${TIMES}
     FROM generate_series(1, $2::int) n`,
];

/** One schedule and one run for each agent with the given name. */
const insertChildren = (prefix: string): readonly string[] => [
  `INSERT INTO schedule (account_id, id, agent_id, cron, timezone, enabled, created_at, updated_at)
   SELECT $1, ${ID}, a.id, '0 9 * * 1-5', 'Europe/Berlin', true, ${TIMES}
     FROM (SELECT id, row_number() OVER () AS n FROM agent WHERE account_id = $1 AND name LIKE '${prefix} %') a`,
  `INSERT INTO run (account_id, id, agent_id, trigger, status, started_at, finished_at)
   SELECT $1, ${ID}, a.id, 'MANUAL', CASE WHEN n % 10 = 0 THEN 'FAILED' ELSE 'SUCCESS' END, now() - n * interval '1 minute', now() - n * interval '1 minute'
     FROM (SELECT id, row_number() OVER () AS n FROM agent WHERE account_id = $1 AND name LIKE '${prefix} %') a`,
];

/** Rows of others use the team's rows, and the team's rows use each other. */
const LINKED = `
  WITH mine AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM %s WHERE account_id = $1 AND name LIKE 'own %%'),
       others AS (SELECT id, row_number() OVER () AS place FROM agent WHERE account_id = $1 AND name LIKE 'other %%' LIMIT $2),
       own AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM agent WHERE account_id = $1 AND name LIKE 'own %%')
  INSERT INTO %s SELECT $1, agents.id, mine.id FROM mine CROSS JOIN (SELECT * FROM others UNION ALL SELECT * FROM own) agents
   WHERE mine.place % 4 = agents.place % 4 AND mine.id <> agents.id ON CONFLICT DO NOTHING`;
const LINK_TABLES = [
  ['tool', 'agent_tool (account_id, agent_id, tool_id)'],
  ['mcp_server', 'agent_mcp_server (account_id, agent_id, mcp_server_id)'],
  ['agent', 'agent_sub_agent (account_id, agent_id, sub_agent_id)'],
] as const;
const linkStatement = (table: string, links: string): string =>
  LINKED.replace('%s', table).replace('%s', links).replaceAll('%%', '%');

const OF_TEAM = `
  SELECT id FROM (SELECT id, owner_team, account_id FROM agent UNION ALL SELECT id, owner_team, account_id FROM tool
                  UNION ALL SELECT id, owner_team, account_id FROM mcp_server) rows
   WHERE account_id = $1 AND owner_team = $2`;

/** @returns the ids of the team's agents, tools and MCP servers. */
export const insertTeam = (superuserUrl: string, accountId: string): Promise<readonly string[]> =>
  insertSilently(superuserUrl, async (client) => {
    for (const statement of insertOwned(`'${TEAM}'`, 'own')) await client.query(statement, [accountId, ROWS_OF_TEAM]);
    for (const statement of insertChildren('own')) await client.query(statement, [accountId]);
    const { rows } = await client.query<{ id: string }>(OF_TEAM, [accountId, TEAM]);
    return rows.map(({ id }) => id);
  });

const TABLES = ['tool', 'agent', 'mcp_server', 'schedule', 'run'];

/** @param count the number of rows of each type, divided among fifty other teams. */
export const insertOthers = (superuserUrl: string, accountId: string, count: number): Promise<void> =>
  insertSilently(superuserUrl, (client) =>
    withoutIndexes(client, TABLES, async () => {
      for (const statement of insertOwned("'team ' || n % 50", 'other'))
        await client.query(statement, [accountId, count]);
      for (const statement of insertChildren('other')) await client.query(statement, [accountId]);
      for (const [table, links] of LINK_TABLES) await client.query(linkStatement(table, links), [accountId, LINKS]);
    }),
  );
