/** All accounts of the platform. */
import { skipToken, useQuery } from '@apollo/client/react';
import { Link, useSearchParams } from 'react-router';
import { graphql } from '../../generated';
import type { AccountsQuery } from '../../generated/graphql';
import { orderOf, pageVariables, SORT } from '../../resources/address';
import { Owner } from '../../resources/cell';
import type { FilterField } from '../../resources/resource-type';
import { useViewer, whyNot } from '../../session/viewer';
import { Badge } from '../../ui/badge';
import type { Column } from '../../ui/data-table';
import { ListPage } from '../../ui/list-page';
import { Time } from '../../ui/time';
import { CreateAccount } from './create-account';

const ACCOUNTS = graphql(`
  query Accounts(
    $first: Int
    $after: String
    $last: Int
    $before: String
    $filter: AccountFilter
    $orderBy: AccountOrder
  ) {
    accounts(
      first: $first
      after: $after
      last: $last
      before: $before
      filter: $filter
      orderBy: $orderBy
      deleted: INCLUDE
    ) {
      totalCount
      nodes {
        id
        slug
        name
        status
        metadata
        createdAt
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

type Account = AccountsQuery['accounts']['nodes'][number];

const FILTERS: readonly FilterField[] = [
  { name: 'slug', label: 'Short name', kind: 'text' },
  { name: 'name', label: 'Name', kind: 'text' },
  { name: 'status', label: 'Status', kind: 'enum', values: ['ACTIVE', 'SUSPENDED', 'CLOSED'] },
  { name: 'createdAt', label: 'Created', kind: 'time' },
];

const ORDERS = ['slug', 'name', 'createdAt'] as const;

const COLUMNS: readonly Column<Account>[] = [
  {
    title: 'Short name',
    cell: ({ slug }) => (
      <Link className="row-link" to={`/all/accounts/${slug}`}>
        {slug}
      </Link>
    ),
    order: 'slug',
  },
  { title: 'Name', cell: ({ name }) => name, order: 'name' },
  { title: 'Status', cell: ({ status }) => <Badge value={status} /> },
  { title: 'Owner', cell: ({ metadata }) => <Owner metadata={metadata} /> },
  { title: 'Created', cell: ({ createdAt }) => <Time at={createdAt} />, order: 'createdAt' },
  { title: 'Rows', cell: ({ slug }) => <Link to={`/${slug}/agents`}>Open</Link> },
];

export function Accounts() {
  const closed = whyNot(useViewer(), 'master');
  const [parameters] = useSearchParams();
  const order = orderOf(parameters.get(SORT), ORDERS);
  const field = ORDERS.find((name) => name === order?.field) ?? 'slug';
  const { filter, first, after, last, before } = pageVariables({ filters: FILTERS, orders: [] }, parameters, null);
  const orderBy = { field, direction: order?.direction ?? 'ASC' };
  const variables = { first, after, last, before, filter: filter ?? {}, orderBy };
  const { data, previousData, error } = useQuery(ACCOUNTS, closed !== null ? skipToken : { variables });
  return (
    <ListPage
      title="Accounts"
      about="The tenants of the platform, or their environments."
      closed={closed}
      actions={<CreateAccount />}
      filters={FILTERS}
      columns={COLUMNS}
      isOfPlatform
      page={(data ?? previousData)?.accounts}
      error={error}
      empty="No account matches."
    />
  );
}
