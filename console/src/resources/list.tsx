/** The table of a resource. */
import { skipToken, useQuery } from '@apollo/client/react';
import { Link, useSearchParams } from 'react-router';
import { useScope } from '../session/scope';
import { mayRead, useViewer, whyNot } from '../session/viewer';
import type { Column } from '../ui/data-table';
import { ListPage } from '../ui/list-page';
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

function columnsOf({ plural, columns, fields, orders }: Resource, scope: string): readonly Column<Row>[] {
  return columns.flatMap((name, index): Column<Row>[] => {
    if (name === 'owner') return [{ title: 'Owner', cell: ({ metadata }) => <Owner metadata={metadata} /> }];
    const field = fields.find((each) => each.name === name);
    if (!field) return [];
    const isName = index === 0;
    const cell = (row: Row) =>
      isName ? (
        <Link className="row-link" to={`/${scope}/${plural}/${row.id}`}>
          {field.kind === 'time' ? <Cell field={field} value={row[name]} scope={scope} /> : labelOf(row)}
          {typeof row.deletedAt === 'string' && <span className="badge danger">deleted</span>}
        </Link>
      ) : (
        <Cell field={field} value={row[name]} scope={scope} />
      );
    return [{ title: field.label, cell, ...(orders.includes(name) && { order: name }) }];
  });
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
  const why = createReason(resource, viewer, accountId);
  const create = why === null && (
    <Link className="button primary" to={`/${slug}/${plural}/new`}>
      New {noun}
    </Link>
  );
  const isFiltered = Object.keys(filterOf(filters, parameters)).length > 0 || parameters.has('deleted');
  const ListActions = listActions[resource.type];
  const polled = `Reloaded every ${refreshSeconds} seconds`;
  const about = isLive
    ? 'Live: this list updates automatically.'
    : resource.isStreamed === true && accountId === null
      ? `${polled}: the gateway streams the ${nouns} of one account at a time. Choose an account above to see them live.`
      : `${polled}.`;
  return (
    <ListPage
      title={title}
      about={refreshSeconds > 0 ? about : undefined}
      closed={closed}
      actions={resource.create === null ? ListActions && <ListActions /> : create}
      why={resource.create === null ? null : why}
      filters={filters}
      hasDeleted={isRestorable}
      columns={columnsOf(resource, slug)}
      page={(data ?? previousData)?.rows}
      error={error}
      empty={
        isFiltered ? `No ${noun} matches these filters.` : <Empty title={`There are no ${nouns} yet.`}>{create}</Empty>
      }
    />
  );
}
