/** What each key is used for, which rights it does not need, and the plan that removes them. */
import { skipToken, useQuery } from '@apollo/client/react';
import { Link, useSearchParams } from 'react-router';
import { graphql } from '../../generated';
import type { AccessReviewPageQuery } from '../../generated/graphql';
import { PAGE_SIZE } from '../../resources/address';
import { useScope } from '../../session/scope';
import { useViewer, whyNot } from '../../session/viewer';
import { Badge } from '../../ui/badge';
import type { Column } from '../../ui/data-table';
import { ListPage } from '../../ui/list-page';
import { NotOffered } from '../../ui/states';
import { TimeOr } from '../../ui/time';
import { AccessPlan } from './access-plan';

const REVIEW = graphql(`
  query AccessReviewPage($accountId: ID, $first: Int, $after: String) {
    accessReview(accountId: $accountId, first: $first, after: $after) {
      nodes {
        id
        accountId
        apiKey {
          id
          accountId
          name
          role
          status
          lastUsedAt
        }
        leastRole
        recommendation
        evidence {
          action
          resource
          count
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

type Finding = AccessReviewPageQuery['accessReview']['nodes'][number];

const evidenceText = ({ evidence }: Finding): string =>
  evidence.map(({ resource, action, count }) => `${resource} ${action.toLowerCase()} × ${count}`).join(', ');

const columnsIn = (scope: string): readonly Column<Finding>[] => [
  {
    title: 'Key',
    cell: ({ apiKey: { id, name } }) => (
      <Link className="row-link" to={`/${scope}/apiKeys/${id}`}>
        {name}
      </Link>
    ),
  },
  { title: 'Status', cell: ({ apiKey: { status } }) => <Badge value={status} /> },
  { title: 'Role', cell: ({ apiKey: { role } }) => role },
  { title: 'Least role', cell: ({ leastRole }) => leastRole ?? <span className="muted">not used</span> },
  { title: 'Last used', cell: ({ apiKey: { lastUsedAt } }) => <TimeOr at={lastUsedAt} otherwise="never" /> },
  { title: 'Recommendation', cell: ({ recommendation }) => <span className="prose">{recommendation}</span> },
  { title: 'Used for', cell: (finding) => <span className="prose">{evidenceText(finding) || '–'}</span> },
];

function Plan() {
  const { accountId } = useScope();
  const why = whyNot(useViewer(), 'apiKeys:admin');
  if (why !== null) return <NotOffered why={`Nothing can be changed with this key. ${why}`} />;
  if (accountId === null)
    return <NotOffered why="Choose an account above to plan which rights to remove from its keys." />;
  return <AccessPlan key={accountId} accountId={accountId} />;
}

export function AccessReview() {
  const closed = whyNot(useViewer(), 'apiKeys:read');
  const { accountId, slug } = useScope();
  const [parameters] = useSearchParams();
  const variables = { accountId, first: PAGE_SIZE, after: parameters.get('after') };
  const { data, previousData, error } = useQuery(REVIEW, closed !== null ? skipToken : { variables });
  return (
    <ListPage
      title="Access review"
      about="What every key was used for, and the least-privileged role that covers this use."
      closed={closed}
      columns={columnsIn(slug)}
      page={(data ?? previousData)?.accessReview}
      error={error}
      empty="There are no keys."
    >
      <Plan />
    </ListPage>
  );
}
