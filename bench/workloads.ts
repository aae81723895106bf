/** The workloads: the requests to each server, in terms of its own schema. */
import type { BenchAccount } from './dataset/dataset';

export type ServerName = 'portcullis' | 'postgraphile' | 'baseline' | 'unaudited' | 'before';

/** A GraphQL request over HTTP. */
export interface GraphqlRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export interface Workload {
  readonly name: string;
  readonly title: string;
  /** Whether it is sent for one account, or across all of them with a master key. */
  readonly across: boolean;
  readonly servers: readonly ServerName[];
  /** @param random from 0 to 1; the same value gives the same request. */
  requestFor(server: ServerName, account: BenchAccount, random: number): GraphqlRequest;
}

const ALL = ['portcullis', 'postgraphile', 'baseline'] as const;

const pick = (account: BenchAccount, random: number): string =>
  account.agentIds[Math.floor(random * account.agentIds.length)] ?? '';

const OURS = 'id name model { provider name } metadata createdAt';
const THEIRS = 'rowId name model metadata createdAt';
const NESTED_OURS = `${OURS}
  tools { id name type }
  schedules { id cron timezone enabled nextRunAt }
  runs(first: 3) { id status startedAt finishedAt }`;
const NESTED_THEIRS = `${THEIRS}
  agentToolsByAccountIdAndAgentId { nodes { toolByAccountIdAndToolId { rowId name type } } }
  schedulesByAccountIdAndAgentId { nodes { rowId cron timezone enabled nextRunAt } }
  runsByAccountIdAndAgentId(first: 3, orderBy: STARTED_AT_DESC) { nodes { rowId status startedAt finishedAt } }`;

const page = (name: string, title: string, ours: string, theirs: string): Workload => ({
  name,
  title,
  across: false,
  servers: ALL,
  requestFor: (server) =>
    server === 'postgraphile'
      ? { query: `query ${name} { allAgents(first: 20, orderBy: ROW_ID_ASC) { nodes { ${theirs} } } }` }
      : { query: `query ${name} { agents(first: 20) { nodes { ${ours} } } }` },
});

export const Q1 = page('Q1', 'first 20 agents: id, name, model, metadata, createdAt', OURS, THEIRS);
export const Q2 = page(
  'Q2',
  "Q1's page with each agent's tools, schedules and last 3 runs",
  NESTED_OURS,
  NESTED_THEIRS,
);
export const X: Workload = {
  ...page('X', 'Q2 across all accounts with a master key, each read audited', NESTED_OURS, NESTED_THEIRS),
  across: true,
};

const byId = (name: string, body: string): Pick<Workload, 'requestFor'> => ({
  requestFor: (server, account, random) =>
    server === 'postgraphile'
      ? {
          query: `query ${name}($account: UUID!, $id: UUID!) { agentByAccountIdAndRowId(accountId: $account, rowId: $id) { ${THEIRS} } }`,
          variables: { account: account.id, id: pick(account, random) },
        }
      : { query: `query ${name}($id: ID!) { agent(id: $id) { ${body} } }`, variables: { id: pick(account, random) } },
});

export const Q3: Workload = { name: 'Q3', title: 'one agent by id', across: false, servers: ALL, ...byId('Q3', OURS) };

const UPDATE_OURS =
  'mutation M($id: ID!, $metadata: JSONObject!) { updateAgent(id: $id, input: { metadata: $metadata }) { id metadata } }';
const UPDATE_THEIRS =
  'mutation M($account: UUID!, $id: UUID!, $metadata: JSON!) { updateAgentByAccountIdAndRowId(input: { accountId: $account, rowId: $id, agentPatch: { metadata: $metadata } }) { agent { rowId metadata } } }';

export const M: Workload = {
  name: 'M',
  title: "update one agent's metadata, audited and chained",
  across: false,
  servers: [...ALL, 'unaudited'],
  requestFor: (server, account, random) => {
    const metadata = { owner: { team: `team ${random}`, email: 'team@example.org' } };
    const variables = { id: pick(account, random), metadata };
    return server === 'postgraphile'
      ? { query: UPDATE_THEIRS, variables: { ...variables, account: account.id } }
      : { query: UPDATE_OURS, variables };
  },
};

export const WORKLOADS: readonly Workload[] = [Q1, Q2, Q3, X, M];
