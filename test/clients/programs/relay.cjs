/** Relay's runtime: a connection paged in its store, and a fragment refetched through node(id:). */
const {
  ConnectionHandler,
  Environment,
  Network,
  RecordSource,
  Store,
  createOperationDescriptor,
  fetchQuery,
  getRequest,
  graphql,
} = require('relay-runtime');
const agentsQuery = require('./generated/relayAgentsQuery.graphql');
const refetchQuery = require('./generated/relayRunsRefetchQuery.graphql');
const nodeQuery = require('./generated/relayNodeQuery.graphql');

// For relay-compiler only, never called: docs/clients.md says how to compile them again.
module.exports.documents = () => [
  graphql`
    query relayAgentsQuery($first: Int!, $after: String) {
      agents(first: $first, after: $after) @connection(key: "relay_agents") {
        edges {
          node {
            id
            name
            ...relayRuns_agent
          }
        }
      }
    }
  `,
  graphql`
    fragment relayRuns_agent on Agent
    @refetchable(queryName: "relayRunsRefetchQuery")
    @argumentDefinitions(count: { type: "Int", defaultValue: 1 }) {
      runs(first: $count) {
        id
        status
      }
    }
  `,
  graphql`
    query relayNodeQuery($id: ID!) {
      node(id: $id) {
        __typename
        id
      }
    }
  `,
];

const { URL: url, KEY: key, FOREIGN_ID: foreignId } = process.env;

const network = Network.create(async ({ text }, variables) => {
  const headers = { 'content-type': 'application/json', 'x-api-key': key };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: text, variables }) });
  return answer.json();
});
const environment = new Environment({ network, store: new Store(new RecordSource()) });

async function main() {
  const variables = { first: 1 };
  // Retained data stays in the store, as if a component displayed it.
  environment.retain(createOperationDescriptor(getRequest(agentsQuery), variables));
  const first = await fetchQuery(environment, agentsQuery, variables).toPromise();
  const [edge] = first.agents.edges;
  await fetchQuery(environment, agentsQuery, { first: 1, after: first.agents.pageInfo.endCursor }).toPromise();
  const refetched = await fetchQuery(environment, refetchQuery, { id: edge.node.id, count: 10 }).toPromise();
  const foreign = await fetchQuery(environment, nodeQuery, { id: foreignId }).toPromise();
  const source = environment.getStore().getSource();
  const connection = ConnectionHandler.getConnectionID('client:root', 'relay_agents', null);
  console.log(
    JSON.stringify({
      paged: source.get(connection).edges.__refs.length,
      runs: source.get(edge.node.id)['runs(first:10)'].__refs.length,
      refetched: refetched.node.__id === edge.node.id,
      foreign: foreign.node,
    }),
  );
}

void main();
