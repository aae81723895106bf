/** The work: what each server is asked, in its own words, and how its answer reads in common words. */
import type { BenchAccount } from './dataset';

export type ServerName = 'portcullis' | 'postgraphile' | 'floor';

/** One GraphQL request over HTTP. */
export interface Ask {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export interface Work {
  readonly name: string;
  readonly title: string;
  ask(server: ServerName, account: BenchAccount, random: number): Ask;
}

const pick = (account: BenchAccount, random: number): string =>
  account.agentIds[Math.floor(random * account.agentIds.length)] ?? '';

const OURS = 'id name model { provider name } metadata createdAt';
const THEIRS = 'rowId name model metadata createdAt';
const NESTED_OURS = `${OURS} tools { id name }`;
const NESTED_THEIRS = `${THEIRS} agentToolsByAccountIdAndAgentId { nodes { toolByAccountIdAndToolId { rowId name } } }`;

const page = (name: string, title: string, ours: string, theirs: string): Work => ({
  name,
  title,
  ask: (server) =>
    server === 'postgraphile'
      ? { query: `query ${name} { allAgents(first: 20) { nodes { ${theirs} } } }` }
      : { query: `query ${name} { agents(first: 20) { nodes { ${ours} } } }` },
});

export const Q1 = page('Q1', 'first 20 agents: id, name, model, metadata, createdAt', OURS, THEIRS);
export const Q2 = page('Q2', "Q1's page with each agent's tools", NESTED_OURS, NESTED_THEIRS);
export const Q3: Work = {
  name: 'Q3',
  title: 'one agent by id',
  ask: (server, account, random) =>
    server === 'postgraphile'
      ? {
          query: `query Q3($account: UUID!, $id: UUID!) { agentByAccountIdAndRowId(accountId: $account, rowId: $id) { ${THEIRS} } }`,
          variables: { account: account.id, id: pick(account, random) },
        }
      : { query: `query Q3($id: ID!) { agent(id: $id) { ${OURS} } }`, variables: { id: pick(account, random) } },
};

export const READS: readonly Work[] = [Q1, Q2, Q3];

/** The names that PostGraphile derives from the tables, and what they are called here. */
const RENAMED: Readonly<Record<string, string>> = {
  allAgents: 'agents',
  agentByAccountIdAndRowId: 'agent',
  rowId: 'id',
  agentToolsByAccountIdAndAgentId: 'tools',
};
/** Objects that stand around what is meant. */
const WRAPPERS = new Set(['nodes', 'toolByAccountIdAndToolId']);
const TIME = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The same data in the same words whoever answered: names, wrappers, times, orders without meaning. */
export function inCommonWords(value: unknown): unknown {
  if (typeof value === 'string' && TIME.test(value)) return new Date(value).toISOString();
  if (Array.isArray(value)) {
    return value.map(inCommonWords).sort((left, right) => JSON.stringify(left).localeCompare(JSON.stringify(right)));
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only && WRAPPERS.has(only[0])) return inCommonWords(only[1]);
  return Object.fromEntries(
    entries
      .map(([name, each]): [string, unknown] => [RENAMED[name] ?? name, inCommonWords(each)])
      .sort(([left], [right]) => left.localeCompare(right)),
  );
}
