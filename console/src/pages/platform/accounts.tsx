/** All accounts of the platform. */
import { skipToken, useQuery } from '@apollo/client/react';
import { Link, useSearchParams } from 'react-router';
import { graphql } from '../../generated';
import type { AccountsQuery, AccountFilter } from '../../generated/graphql';
import { AFTER, BEFORE, orderOf, PAGE_SIZE, SORT } from '../../resources/address';
import { Owner } from '../../resources/cell';
import type { FilterField } from '../../resources/resource-type';
import { useViewer, whyNot } from '../../session/viewer';
import { Badge } from '../../ui/badge';
import { DataTable, type Column } from '../../ui/data-table';
import { Filters } from '../../ui/filters';
import { ClosedPage, Page } from '../../ui/page';
import { Empty } from '../../ui/states';
import { Time } from '../../ui/time';
import { CreateAccount } from './create-account';
import { filterOf } from '../../resources/address';

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

const TITLE = 'Accounts';

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

/** The fields of the filter have the names of the address. */
const accountFilter = (parameters: URLSearchParams): AccountFilter => filterOf(FILTERS, parameters);

export function Accounts() {
  const closed = whyNot(useViewer(), 'master');
  const [parameters] = useSearchParams();
  const order = orderOf(parameters.get(SORT), ORDERS);
  const field = ORDERS.find((name) => name === order?.field) ?? 'slug';
  const [after, before] = [parameters.get(AFTER), parameters.get(BEFORE)];
  const { data, previousData, error } = useQuery(
    ACCOUNTS,
    closed !== null
      ? skipToken
      : {
          variables: {
            ...(before === null ? { first: PAGE_SIZE, after } : { last: PAGE_SIZE, before }),
            filter: accountFilter(parameters),
            orderBy: { field, direction: order?.direction ?? 'ASC' },
          },
        },
  );
  const page = (data ?? previousData)?.accounts;
  if (closed !== null) return <ClosedPage title={TITLE} why={closed} />;
  return (
    <Page title={TITLE} about="The tenants of the platform, or their environments." actions={<CreateAccount />}>
      <Filters fields={FILTERS} />
      <DataTable
        label={TITLE}
        columns={COLUMNS}
        rows={page?.nodes}
        keyOf={({ id }) => id}
        error={error}
        pageInfo={page?.pageInfo}
        totalCount={page?.totalCount}
        empty={<Empty title="No account matches." />}
      />
    </Page>
  );
}
