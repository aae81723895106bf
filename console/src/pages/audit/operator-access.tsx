/** What platform operators did with the rows of an account. */
import { skipToken, useQuery } from '@apollo/client/react';
import { useSearchParams } from 'react-router';
import { ACCESS_FILTERS, accessVariables } from '../../audit/filters';
import { graphql } from '../../generated';
import type { OperatorAccessQuery } from '../../generated/graphql';
import { useScope } from '../../session/scope';
import { useViewer, whyNot } from '../../session/viewer';
import type { Column } from '../../ui/data-table';
import { ListPage } from '../../ui/list-page';
import { Time } from '../../ui/time';

const ACCESS = graphql(`
  query OperatorAccess(
    $accountId: ID
    $first: Int
    $after: String
    $last: Int
    $before: String
    $filter: AccountAccessFilter
    $orderBy: AccountAccessOrder
  ) {
    accountAccess(
      accountId: $accountId
      first: $first
      after: $after
      last: $last
      before: $before
      filter: $filter
      orderBy: $orderBy
    ) {
      nodes {
        id
        accountId
        createdAt
        keyName
        operationName
        fields
        reason
        address
        requestId
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`);

type Access = OperatorAccessQuery['accountAccess']['nodes'][number];

const COLUMNS: readonly Column<Access>[] = [
  { title: 'Time', cell: ({ createdAt }) => <Time at={createdAt} isExact /> },
  { title: 'Master key', cell: ({ keyName }) => keyName },
  { title: 'Operation', cell: ({ operationName }) => operationName ?? <span className="muted">without a name</span> },
  { title: 'Fields', cell: ({ fields }) => <code>{fields.join(', ')}</code> },
  { title: 'Reason', cell: ({ reason }) => reason ?? <span className="muted">–</span> },
  { title: 'From', cell: ({ address }) => address },
];

export function OperatorAccess() {
  const { accountId } = useScope();
  const [parameters] = useSearchParams();
  const closed = whyNot(useViewer(), 'audit:read');
  const variables = accessVariables(parameters, accountId);
  const { data, previousData, error } = useQuery(ACCESS, closed !== null ? skipToken : { variables });
  return (
    <ListPage
      title="Operator access"
      about="Every operation of a platform operator that read or changed rows of the account, newest first."
      closed={closed}
      filters={ACCESS_FILTERS}
      columns={COLUMNS}
      page={(data ?? previousData)?.accountAccess}
      error={error}
      empty="No operator has accessed this account."
    />
  );
}
