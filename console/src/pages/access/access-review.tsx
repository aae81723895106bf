/** What each key is used for, what it could do without, and the plan that takes it away. */
import { skipToken, useQuery } from '@apollo/client/react';
import { Link, useSearchParams } from 'react-router';
import { graphql } from '../../generated';
import type { AccessReviewPageQuery } from '../../generated/graphql';
import { PAGE_SIZE } from '../../resources/address';
import { useAccountColumn } from '../../session/account-names';
import { useScope } from '../../session/scope';
import { useViewer, whyNot } from '../../session/viewer';
import { Badge } from '../../ui/badge';
import { DataTable, type Column } from '../../ui/data-table';
import { ClosedPage, Page } from '../../ui/page';
import { Empty, NotOffered } from '../../ui/states';
import { Time } from '../../ui/time';
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

const TITLE = 'Access review';

const evidenceText = ({ evidence }: Finding): string =>
  evidence.map(({ resource, action, count }) => `${resource} ${action.toLowerCase()} × ${count}`).join(', ');

function useColumns(findings: readonly Finding[] | undefined): readonly Column<Finding>[] {
  const { slug } = useScope();
  return [
    {
      title: 'Key',
      cell: ({ apiKey: { id, name } }) => (
        <Link className="row-link" to={`/${slug}/apiKeys/${id}`}>
          {name}
        </Link>
      ),
    },
    ...useAccountColumn(findings),
    { title: 'Status', cell: ({ apiKey: { status } }) => <Badge value={status} /> },
    { title: 'Role', cell: ({ apiKey: { role } }) => role },
    { title: 'Least role', cell: ({ leastRole }) => leastRole ?? <span className="muted">not used</span> },
    {
      title: 'Last used',
      cell: ({ apiKey: { lastUsedAt } }) =>
        typeof lastUsedAt === 'string' ? <Time at={lastUsedAt} /> : <span className="muted">never</span>,
    },
    { title: 'Recommendation', cell: ({ recommendation }) => <span className="prose">{recommendation}</span> },
    { title: 'Used for', cell: (finding) => <span className="prose">{evidenceText(finding) || '–'}</span> },
  ];
}

function Plan() {
  const { accountId } = useScope();
  const why = whyNot(useViewer(), 'apiKeys:admin');
  if (why !== null) return <NotOffered why={`Nothing can be changed with this key. ${why}`} />;
  if (accountId === null) return <NotOffered why="Choose an account above to plan what its keys lose." />;
  return <AccessPlan key={accountId} accountId={accountId} />;
}

export function AccessReview() {
  const closed = whyNot(useViewer(), 'apiKeys:read');
  const { accountId } = useScope();
  const [parameters] = useSearchParams();
  const { data, previousData, error } = useQuery(
    REVIEW,
    closed !== null
      ? skipToken
      : {
          variables: { accountId, first: PAGE_SIZE, after: parameters.get('after') },
        },
  );
  const page = (data ?? previousData)?.accessReview;
  const columns = useColumns(page?.nodes);
  if (closed !== null) return <ClosedPage title={TITLE} why={closed} />;
  return (
    <Page title={TITLE} about="What every key was used for, and the least-privileged role that covers this use.">
      <DataTable
        label={TITLE}
        columns={columns}
        rows={page?.nodes}
        keyOf={({ accountId: account, id }) => `${account} ${id}`}
        error={error}
        pageInfo={page?.pageInfo}
        empty={<Empty title="There are no keys." />}
      />
      <Plan />
    </Page>
  );
}
