/**
 * The policies of restricted keys for tables with shards. They admit the same rows as those in schema/database.sql,
 * whose subqueries Citus does not accept, at a higher cost; see docs/adr/0400.
 *
 * In statements that change rows, Citus evaluates every expression without a column beforehand, also the branch of a
 * CASE that is not chosen: none of them may fail, whatever the settings are.
 */
const OWN = "account_id = nullif(current_setting('app.account_id', true), '')::uuid";

/** The array in a setting; null if it is unset or *. */
const list = (setting: string): string => `nullif(nullif(current_setting('${setting}', true), ''), '*')`;

const LISTED = `${OWN}
    AND CASE current_setting('app.owner_teams', true) WHEN '*' THEN true
             ELSE owner_team = ANY (${list('app.owner_teams')}::text[]) END
    AND CASE current_setting('app.row_ids', true) WHEN '*' THEN true
             ELSE id = ANY (${list('app.row_ids')}::uuid[]) END`;

const AGENT = 'agent_is_reached(account_id, agent_id)';
const OF_AGENT = `${OWN} AND ${AGENT}`;

export const SHARD_RESTRICTIONS: ReadonlyMap<string, string> = new Map([
  ['agent', LISTED],
  ['tool', LISTED],
  ['mcp_server', LISTED],
  ['schedule', OF_AGENT],
  ['run', OF_AGENT],
  ['run_transition', OF_AGENT],
  ['agent_tool', `${OF_AGENT} AND tool_is_reached(account_id, tool_id)`],
  ['agent_mcp_server', `${OF_AGENT} AND mcp_server_is_reached(account_id, mcp_server_id)`],
  ['agent_sub_agent', `${OF_AGENT} AND agent_is_reached(account_id, sub_agent_id)`],
]);
