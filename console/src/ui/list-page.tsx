/** A page with one list: its filters, its table, and the account of each row if there are several. */
import type { ReactNode } from 'react';
import type { FilterField } from '../resources/resource-type';
import { useAccountColumn, type OwnedRow } from '../session/account-names';
import { DataTable, type Column, type PageInfo } from './data-table';
import { Filters } from './filters';
import { ClosedPage, Page, type PageProps } from './page';
import { Empty } from './states';

interface ListPageProps<Row> extends Pick<PageProps, 'about' | 'actions' | 'why'> {
  readonly title: string;
  /** Why the key may not read it; null if it may. */
  readonly closed: string | null;
  readonly filters?: readonly FilterField[];
  readonly hasDeleted?: boolean;
  /** The account column comes after the first one. */
  readonly columns: readonly Column<Row>[];
  /** Whether the rows belong to no account. */
  readonly isOfPlatform?: boolean;
  /** Undefined while it is loading. */
  readonly page:
    | { readonly nodes: readonly Row[]; readonly pageInfo: PageInfo; readonly totalCount?: number | undefined }
    | undefined;
  readonly error: unknown;
  /** Shown if there are no rows. */
  readonly empty: ReactNode;
  /** Shown below the table. */
  readonly children?: ReactNode;
}

export function ListPage<Row extends OwnedRow & { readonly id: string }>(props: ListPageProps<Row>) {
  const {
    title,
    closed,
    filters = [],
    hasDeleted,
    columns,
    isOfPlatform = false,
    page,
    error,
    empty,
    children,
  } = props;
  const accountColumn = useAccountColumn(isOfPlatform ? undefined : page?.nodes);
  if (closed !== null) return <ClosedPage title={title} why={closed} />;
  const { about, actions, why } = props;
  return (
    <Page title={title} about={about} actions={actions} why={why}>
      {filters.length > 0 && <Filters fields={filters} hasDeleted={hasDeleted} />}
      <DataTable
        label={title}
        columns={isOfPlatform ? columns : [...columns.slice(0, 1), ...accountColumn, ...columns.slice(1)]}
        rows={page?.nodes}
        keyOf={({ accountId = '', id }) => `${accountId} ${id}`}
        error={error}
        pageInfo={page?.pageInfo}
        totalCount={page?.totalCount}
        empty={typeof empty === 'string' ? <Empty title={empty} /> : empty}
      />
      {children}
    </Page>
  );
}
