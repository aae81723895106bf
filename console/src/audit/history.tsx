/** The events of one row, oldest first. */
import { useQuery } from '@apollo/client/react';
import { Button } from 'react-aria-components';
import { graphql } from '../generated';
import { Empty, Failure, Loading } from '../ui/states';
import { EventDetails, EventHead } from './event-card';

const HISTORY = graphql(`
  query HistoryOfRow($accountId: ID, $resourceType: String!, $id: ID!, $after: String) {
    history(accountId: $accountId, resourceType: $resourceType, id: $id, after: $after, first: 50) {
      nodes {
        ...AuditEventFields
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export interface RowReference {
  readonly accountId: string;
  readonly resourceType: string;
  readonly id: string;
}

export function History(of: RowReference) {
  const { data, error, fetchMore } = useQuery(HISTORY, { variables: { ...of } });
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  const { nodes, pageInfo } = data.history;
  const more = () =>
    void fetchMore({
      variables: { after: pageInfo.endCursor },
      updateQuery: (before, { fetchMoreResult: { history } }) => ({
        history: { ...history, nodes: [...before.history.nodes, ...history.nodes] },
      }),
    });
  if (nodes.length === 0) return <Empty title="The audit log has no events of this row." />;
  return (
    <>
      <ol className="events">
        {nodes.map((event) => (
          <li key={event.id}>
            <EventHead event={event} />
            <EventDetails event={event} />
          </li>
        ))}
      </ol>
      {pageInfo.hasNextPage && (
        <Button className="button" onPress={more}>
          Later events
        </Button>
      )}
    </>
  );
}
