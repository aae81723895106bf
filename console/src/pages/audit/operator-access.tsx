/** What platform operators did with the rows of an account. */
import { skipToken, useQuery } from '@apollo/client/react';
import { useSearchParams } from 'react-router';
import { ACCESS_FILTERS } from '../../audit/filters';
import { graphql } from '../../generated';
import type { OperatorAccessQuery } from '../../generated/graphql';
import { pageVariables } from '../../resources/address';
import { useAccountColumn } from '../../session/account-names';
import { useScope } from '../../session/scope';
import { useViewer, whyNot } from '../../session/viewer';
import { DataTable, type Column } from '../../ui/data-table';
import { Filters } from '../../ui/filters';
import { ClosedPage, Page } from '../../ui/page';
import { Empty } from '../../ui/states';
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

const TITLE = 'Operator access';

const COLUMNS: readonly Column<Access>[] = [
  { title: 'Time', cell: ({ createdAt }) => <Time at={createdAt} isExact /> },
  { title: 'Master key', cell: ({ keyName }) => keyName },
  { title: 'Operation', cell: ({ operationName }) => operationName ?? <span className="muted">without a name</span> },
  { title: 'Fields', cell: ({ fields }) => <code>{fields.join(', ')}</code> },
  { title: 'Reason', cell: ({ reason }) => reason ?? <span className="muted">–</span> },
  { title: 'From', cell: ({ address }) => address },
];

export function OperatorAccess() {
  const viewer = useViewer();
  const { accountId } = useScope();
  const [parameters] = useSearchParams();
  const closed = whyNot(viewer, 'audit:read');
  const { filter, first, after, last, before } = pageVariables(
    { filters: ACCESS_FILTERS, orders: [] },
    parameters,
    accountId,
  );
  const { data, previousData, error } = useQuery(
    ACCESS,
    closed !== null
      ? skipToken
      : {
          variables: {
            accountId,
            filter: filter ?? {},
            ...{ first, after, last, before },
            orderBy: { field: 'createdAt', direction: 'DESC' },
          },
        },
  );
  const page = (data ?? previousData)?.accountAccess;
  const accountColumn = useAccountColumn<Access>(page?.nodes);
  if (closed !== null) return <ClosedPage title={TITLE} why={closed} />;
  const [time, ...others] = COLUMNS;
  return (
    <Page
      title={TITLE}
      about="Every operation of a platform operator that read or changed rows of the account, newest first."
    >
      <Filters fields={ACCESS_FILTERS} />
      <DataTable
        label={TITLE}
        columns={[...(time ? [time] : []), ...accountColumn, ...others]}
        rows={page?.nodes}
        keyOf={({ accountId: account, id }) => `${account} ${id}`}
        error={error}
        pageInfo={page?.pageInfo}
        empty={<Empty title="No operator has looked at this account." />}
      />
    </Page>
  );
}
