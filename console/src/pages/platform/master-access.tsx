/** What master keys were used for, across accounts. */
import { skipToken, useQuery } from '@apollo/client/react';
import { useSearchParams } from 'react-router';
import { ACCESS_FILTERS, accessVariables } from '../../audit/filters';
import { graphql } from '../../generated';
import type { MasterAccessPageQuery } from '../../generated/graphql';
import { useAccountNames } from '../../session/account-names';
import { useViewer, whyNot } from '../../session/viewer';
import type { Column } from '../../ui/data-table';
import { ListPage } from '../../ui/list-page';
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

export function MasterAccess() {
  const closed = whyNot(useViewer(), 'master');
  const [parameters] = useSearchParams();
  const variables = accessVariables(parameters, null);
  const { data, previousData, error } = useQuery(ACCESS, closed !== null ? skipToken : { variables });
  const page = (data ?? previousData)?.masterAccess;
  const names = useAccountNames((page?.nodes ?? []).flatMap(({ accountIds }) => accountIds).slice(0, 100));
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
    <ListPage
      title="Master access"
      about="Every operation of every master key, newest first."
      closed={closed}
      filters={ACCESS_FILTERS}
      columns={columns}
      isOfPlatform
      page={page}
      error={error}
      empty="No operation matches."
    />
  );
}
