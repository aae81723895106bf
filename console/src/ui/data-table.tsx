/** A table of rows with its states: loading, refused, empty, more pages. */
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import { AFTER, BEFORE, SORT, withParameters } from '../resources/address';
import { Failure } from './states';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** What the list can be ordered by. */
  readonly order?: string;
}

export interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage?: boolean;
  readonly startCursor?: string | null;
  readonly endCursor: string | null;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  /** Undefined while they are loading. */
  readonly rows: readonly Row[] | undefined;
  readonly keyOf: (row: Row) => string;
  readonly error?: unknown;
  readonly empty: ReactNode;
  readonly pageInfo?: PageInfo;
  readonly totalCount?: number | undefined;
}

function Heading({ title, order }: { readonly title: string; readonly order: string | undefined }) {
  const [parameters] = useSearchParams();
  if (order === undefined) return <th scope="col">{title}</th>;
  const now = parameters.get(SORT);
  const sorted = now === order ? 'ascending' : now === `-${order}` ? 'descending' : 'none';
  const next = withParameters(parameters, { [SORT]: sorted === 'ascending' ? `-${order}` : order });
  return (
    <th scope="col" aria-sort={sorted}>
      <Link to={`?${next.toString()}`} replace>
        {title} <span aria-hidden>{sorted === 'ascending' ? '↑' : sorted === 'descending' ? '↓' : ''}</span>
      </Link>
    </th>
  );
}

function Pager({
  info,
  count,
  totalCount,
}: {
  readonly info: PageInfo;
  readonly count: number;
  readonly totalCount: number | undefined;
}) {
  const [parameters] = useSearchParams();
  const page = (name: string, cursor: string | null | undefined) =>
    `?${withParameters(parameters, { [name]: cursor ?? null }).toString()}`;
  const isFirst = !parameters.has(AFTER) && !parameters.has(BEFORE);
  const hasPrevious = info.hasPreviousPage ?? !isFirst;
  if (isFirst && !info.hasNextPage && totalCount === undefined) return null;
  return (
    <nav className="pager" aria-label="Pages">
      <span className="muted">
        {count} shown{totalCount === undefined ? '' : ` of ${totalCount}`}
      </span>
      {!isFirst && (
        <Link className="button" to={page(AFTER, null)}>
          First page
        </Link>
      )}
      {hasPrevious && info.startCursor !== undefined && (
        <Link className="button" to={page(BEFORE, info.startCursor)}>
          Previous
        </Link>
      )}
      {info.hasNextPage && (
        <Link className="button" to={page(AFTER, info.endCursor)}>
          Next
        </Link>
      )}
    </nav>
  );
}

const SKELETON_ROWS = 5;

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, keyOf, error, empty, pageInfo, totalCount } = props;
  if (error !== undefined && rows === undefined) return <Failure error={error} />;
  if (rows?.length === 0) return <>{empty}</>;
  return (
    <>
      <div className="table-frame" role="region" aria-label={label} tabIndex={0}>
        <table aria-busy={rows === undefined}>
          <thead>
            <tr>
              {columns.map(({ title, order }) => (
                <Heading key={title} title={title} order={order} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows === undefined
              ? Array.from({ length: SKELETON_ROWS }, (_, index) => (
                  <tr key={index} className="skeleton" aria-hidden>
                    {columns.map(({ title }) => (
                      <td key={title}>
                        <span className="bone" />
                      </td>
                    ))}
                  </tr>
                ))
              : rows.map((row) => (
                  <tr key={keyOf(row)}>
                    {columns.map(({ title, cell }) => (
                      <td key={title} data-title={title}>
                        {cell(row)}
                      </td>
                    ))}
                  </tr>
                ))}
          </tbody>
        </table>
      </div>
      {rows === undefined ? (
        <p className="visually-hidden" role="status">
          Loading…
        </p>
      ) : (
        pageInfo && <Pager info={pageInfo} count={rows.length} totalCount={totalCount} />
      )}
    </>
  );
}
