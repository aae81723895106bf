/** Keeps a list of tools up to date while others change it: Apollo Client, with subscriptions through graphql-sse. */
import {
  ApolloClient,
  ApolloLink,
  gql,
  HttpLink,
  InMemoryCache,
  Observable,
  type TypedDocumentNode,
} from '@apollo/client';
import { OperationTypeNode, print } from 'graphql';
import { createClient } from 'graphql-sse';

const START: TypedDocumentNode<{ auditCheckpoint: Change['events'] }> = gql`
  query Start {
    auditCheckpoint {
      sequence
    }
  }
`;

const TOOLS = gql`
  query LiveTools {
    tools(first: 100) {
      nodes {
        id
        name
      }
    }
  }
`;

const CHANGES = gql`
  subscription ToolChanges($after: Int) {
    events(after: $after, filter: { resourceType: { equals: "Tool" } }) {
      sequence
    }
  }
`;

interface Tools {
  readonly tools: { readonly nodes: readonly { readonly id: string; readonly name: string }[] };
}

interface Change {
  readonly events: { readonly sequence: number };
}

/** Queries and mutations over HTTP, subscriptions over server-sent events. */
export function createLiveClient(url: string, key: string): ApolloClient {
  const headers = { 'x-api-key': key };
  const events = createClient({ url, headers, retryAttempts: Infinity });
  const byEvents = new ApolloLink(
    ({ query, variables }) =>
      new Observable((observer) =>
        events.subscribe(
          { query: print(query), variables },
          {
            next: (result) => observer.next(result as ApolloLink.Result),
            error: (error) => observer.error(error),
            complete: () => observer.complete(),
          },
        ),
      ),
  );
  const isSubscription = ({ operationType }: ApolloLink.Operation): boolean =>
    operationType === OperationTypeNode.SUBSCRIPTION;
  const link = ApolloLink.split(isSubscription, byEvents, new HttpLink({ uri: url, headers }));
  return new ApolloClient({ link, cache: new InMemoryCache() });
}

/**
 * Shows the tools of the account, and again after each change.
 * @returns a function that stops this.
 */
export async function showTools(client: ApolloClient, show: (names: readonly string[]) => void): Promise<() => void> {
  // Before the list is read: later changes arrive through the stream.
  const start = await client.query({ query: START });
  let after = start.data?.auditCheckpoint.sequence;
  const list = client.watchQuery<Tools>({ query: TOOLS });
  const shown = list.subscribe(({ data, dataState }) => {
    if (dataState === 'complete') show(data.tools.nodes.map(({ name }) => name));
  });
  let changes: { unsubscribe(): void } | null = null;
  let isOver = false;
  /** Resumes after the last change whenever the gateway ends the stream. */
  const follow = (): void => {
    if (isOver) return;
    changes = client.subscribe<Change>({ query: CHANGES, variables: { after } }).subscribe({
      next: ({ data }) => {
        after = data?.events.sequence ?? after;
        void list.refetch();
      },
      error: () => setTimeout(follow, 1_000),
      complete: () => setTimeout(follow, 1_000),
    });
  };
  follow();
  return () => {
    isOver = true;
    shown.unsubscribe();
    changes?.unsubscribe();
  };
}
