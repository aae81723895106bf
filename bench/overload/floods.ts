/** The requests with which one account floods the gateway. */
import type { BenchAccount } from '../dataset/dataset';
import { repeat } from '../hostile/attack';
import { requestText, type Server } from '../harness/servers';
import { Q1, type GraphqlRequest } from '../workloads';

interface Flood {
  readonly name: string;
  /** Headers in addition to the key. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Requests with equal probability. */
  readonly requests: (account: BenchAccount) => readonly GraphqlRequest[];
}

/** All different, so that none is known from an earlier one. */
const DISTINCT = 500;
const distinct = (write: (index: number) => string): GraphqlRequest[] =>
  Array.from({ length: DISTINCT }, (_, index) => ({ query: write(index) }));

const BUNDLE = JSON.stringify({
  schemaVersion: 1,
  tools: Array.from({ length: 500 }, (_, index) => ({ name: `tool of a bundle ${index}`, metadata: { n: index } })),
});

export const FLOODS: readonly Flood[] = [
  {
    name: 'simple reads',
    requests: ({ agentIds }) =>
      agentIds.map((id) => ({ query: 'query ($id: ID!) { agent(id: $id) { id name } }', variables: { id } })),
  },
  {
    name: 'pages of 100 with what is nested in them',
    requests: () => [
      { query: '{ agents(first: 100) { nodes { id name metadata tools { id name } schedules { id cron } } } }' },
    ],
  },
  {
    name: 'plans and exports',
    requests: () => [
      { query: 'query ($bundle: String!) { planImport(bundle: $bundle) { hash } }', variables: { bundle: BUNDLE } },
      { query: '{ exportConfiguration { yaml } }' },
    ],
  },
  {
    name: 'changes',
    requests: ({ agentIds }) =>
      agentIds.map((id) => ({
        query: 'mutation ($id: ID!) { updateAgent(id: $id, input: { metadata: { a: 1 } }) { id } }',
        variables: { id },
      })),
  },
  {
    name: 'streams, left once they begin',
    headers: { accept: 'text/event-stream' },
    requests: () => [{ query: 'subscription { events { id } }' }],
  },
  {
    name: 'documents that do not fit the schema',
    requests: () => distinct((index) => `{ ${repeat(20, (field) => `viewer { a${index}x${field} }`)} }`),
  },
  {
    name: 'documents that are no GraphQL',
    requests: () => distinct((index) => `{ viewer { kind } } ${'{ a '.repeat(200)}${index}`),
  },
];

const texts = (account: BenchAccount, requests: readonly GraphqlRequest[], headers: Flood['headers'] = {}): string[] =>
  requests.map((request) =>
    requestText({ 'content-type': 'application/json', 'x-api-key': account.key, ...headers }, request),
  );

export const floodTexts = (flood: Flood, account: BenchAccount): string[] =>
  texts(account, flood.requests(account), flood.headers);

/** The requests of the other account in the meantime. */
export const ownTexts = (server: Server, account: BenchAccount): string[] =>
  texts(account, [Q1.requestFor(server.name, account, 0)]);
