/** The table of a resource. */
import { skipToken, useQuery } from '@apollo/client/react';
import { Link, useSearchParams } from 'react-router';
import { useAccountColumn } from '../session/account-names';
import { useScope } from '../session/scope';
import { mayRead, useViewer, whyNot } from '../session/viewer';
import { DataTable, type Column } from '../ui/data-table';
import { Filters } from '../ui/filters';
import { ClosedPage, Page } from '../ui/page';
import { Empty } from '../ui/states';
import { filterOf, pageVariables } from './address';
import { Cell, labelOf, Owner } from './cell';
import type { Resource } from './definitions';
import { pageDocument } from './documents';
import { createReason } from './permissions';
import type { Row } from './resource-type';
import { listActions } from './extras';
import { useStream } from './stream';

const MS_PER_SECOND = 1_000;

function useColumns(resource: Resource, rows: readonly Row[] | undefined): readonly Column<Row>[] {
  const { slug } = useScope();
  const accountColumn = useAccountColumn(rows);
  const { plural, columns, fields, orders } = resource;
  const shown = columns.flatMap((name, index): Column<Row>[] => {
    if (name === 'owner') return [{ title: 'Owner', cell: ({ metadata }) => <Owner metadata={metadata} /> }];
    const field = fields.find((each) => each.name === name);
    if (!field) return [];
    const order = orders.includes(name) ? { order: name } : {};
    const isName = index === 0;
    const cell = (row: Row) =>
      isName ? (
        <Link className="row-link" to={`/${slug}/${plural}/${row.id}`}>
          {field.kind === 'time' ? <Cell field={field} value={row[name]} scope={slug} /> : labelOf(row)}
          {typeof row.deletedAt === 'string' && <span className="badge danger">deleted</span>}
        </Link>
      ) : (
        <Cell field={field} value={row[name]} scope={slug} />
      );
    return [{ title: field.label, cell, ...order }];
  });
  const [name, ...others] = shown;
  return name ? [name, ...accountColumn, ...others] : shown;
}

export function ResourceList({ resource }: { readonly resource: Resource }) {
  const viewer = useViewer();
  const { slug, accountId } = useScope();
  const [parameters] = useSearchParams();
  const { title, noun, nouns, plural, permission, filters, isRestorable, refreshSeconds = 0 } = resource;
  const closed = whyNot(viewer, `${permission}:read`);
  const document = pageDocument(resource, mayRead(viewer));
  const isLive = useStream(closed === null && resource.isStreamed === true ? accountId : null, document);
  const { data, previousData, error } = useQuery(
    document,
    closed !== null
      ? skipToken
      : {
          variables: pageVariables(resource, parameters, accountId),
          pollInterval: isLive ? 0 : refreshSeconds * MS_PER_SECOND,
        },
  );
  const page = (data ?? previousData)?.rows;
  const columns = useColumns(resource, page?.nodes);
  if (closed !== null) return <ClosedPage title={title} why={closed} />;
  const why = createReason(resource, viewer, accountId);
  const create = why === null && (
    <Link className="button primary" to={`/${slug}/${plural}/new`}>
      New {noun}
    </Link>
  );
  const isFiltered = Object.keys(filterOf(filters, parameters)).length > 0 || parameters.has('deleted');
  const ListActions = listActions[resource.type];
  const polled = `Read again every ${refreshSeconds} seconds`;
  const about = isLive
    ? `Live: ${nouns} appear and change here as they do.`
    : resource.isStreamed === true && accountId === null
      ? `${polled}: the gateway streams the ${nouns} of one account at a time. Choose an account above to see them live.`
      : `${polled}.`;
  return (
    <Page
      title={title}
      actions={resource.create === null ? ListActions && <ListActions /> : create}
      why={resource.create === null ? null : why}
      {...(refreshSeconds > 0 ? { about } : {})}
    >
      <Filters fields={filters} hasDeleted={isRestorable} />
      <DataTable
        label={title}
        columns={columns}
        rows={page?.nodes}
        keyOf={({ id }) => id}
        error={error}
        pageInfo={page?.pageInfo}
        totalCount={page?.totalCount}
        empty={
          isFiltered ? (
            <Empty title={`No ${noun} matches these filters.`} />
          ) : (
            <Empty title={`There are no ${nouns} yet.`}>{create}</Empty>
          )
        }
      />
    </Page>
  );
}
