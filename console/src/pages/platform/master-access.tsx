/** What master keys were used for, across accounts. */
import { skipToken, useQuery } from '@apollo/client/react';
import { useSearchParams } from 'react-router';
import { ACCESS_FILTERS } from '../../audit/filters';
import { graphql } from '../../generated';
import type { MasterAccessPageQuery } from '../../generated/graphql';
import { pageVariables } from '../../resources/address';
import { useAccountNames } from '../../session/account-names';
import { useViewer, whyNot } from '../../session/viewer';
import { DataTable, type Column } from '../../ui/data-table';
import { Filters } from '../../ui/filters';
import { ClosedPage, Page } from '../../ui/page';
import { Empty } from '../../ui/states';
import { Time } from '../../ui/time';

const ACCESS = graphql(`
  query MasterAccessPage(
    $first: Int
    $after: String
    $last: Int
    $before: String
    $filter: MasterAccessFilter
    $orderBy: MasterAccessOrder
  ) {
    masterAccess(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
      nodes {
        id
        createdAt
        keyName
        operationName
        fields
        accountIds
        allAccounts
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

type Access = MasterAccessPageQuery['masterAccess']['nodes'][number];

const TITLE = 'Master access';

export function MasterAccess() {
  const closed = whyNot(useViewer(), 'master');
  const [parameters] = useSearchParams();
  const { filter, first, after, last, before } = pageVariables(
    { filters: ACCESS_FILTERS, orders: [] },
    parameters,
    null,
  );
  const { data, previousData, error } = useQuery(
    ACCESS,
    closed !== null
      ? skipToken
      : {
          variables: {
            filter: filter ?? {},
            ...{ first, after, last, before },
            orderBy: { field: 'createdAt', direction: 'DESC' },
          },
        },
  );
  const page = (data ?? previousData)?.masterAccess;
  const names = useAccountNames((page?.nodes ?? []).flatMap(({ accountIds }) => accountIds).slice(0, 100));
  if (closed !== null) return <ClosedPage title={TITLE} why={closed} />;
  const columns: readonly Column<Access>[] = [
    { title: 'Time', cell: ({ createdAt }) => <Time at={createdAt} isExact /> },
    { title: 'Master key', cell: ({ keyName }) => keyName },
    {
      title: 'Accounts',
      cell: ({ accountIds, allAccounts }) =>
        allAccounts ? 'all' : accountIds.map((id) => names.get(id) ?? `${id.slice(0, 8)}…`).join(', ') || 'none',
    },
    { title: 'Operation', cell: ({ operationName }) => operationName ?? <span className="muted">without a name</span> },
    { title: 'Fields', cell: ({ fields }) => <code>{fields.join(', ')}</code> },
    { title: 'Reason', cell: ({ reason }) => reason ?? <span className="muted">–</span> },
  ];
  return (
    <Page title={TITLE} about="Every operation of every master key, newest first.">
      <Filters fields={ACCESS_FILTERS} />
      <DataTable
        label={TITLE}
        columns={columns}
        rows={page?.nodes}
        keyOf={({ id }) => id}
        error={error}
        pageInfo={page?.pageInfo}
        empty={<Empty title="No operation matches." />}
      />
    </Page>
  );
}
