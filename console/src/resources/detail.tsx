/** Everything about one row: its values, related rows, its history and its state at a given time. */
import { skipToken, useQuery } from '@apollo/client/react';
import { useEffect } from 'react';
import { useParams } from 'react-router';
import type { RowReference } from '../audit/history';
import { ErasableHistory, RowTabs } from '../audit/row-tabs';
import { useAccountNames } from '../session/account-names';
import { useScope } from '../session/scope';
import { auditPermissions, mayRead, useViewer, whyNot } from '../session/viewer';
import { CopyText } from '../ui/copy-text';
import { ClosedPage, Page } from '../ui/page';
import { Empty, Failure, Loading } from '../ui/states';
import { RowActions } from './actions';
import { Cell, labelOf } from './cell';
import type { Resource } from './definitions';
import { rowDocument } from './documents';
import { rowActions } from './extras';
import { changeReason } from './permissions';
import type { Row, RowField } from './resource-type';
import { useStream } from './stream';

const MS_PER_SECOND = 1_000;
/** Fields that every row has, shown next to the others. */
const ASIDE = new Set([
  'id',
  'accountId',
  'createdAt',
  'updatedAt',
  'deletedAt',
  'version',
  'createdBy',
  'principalId',
]);
const WIDE = new Set(['json', 'long-text']);

interface ValuesProps {
  readonly fields: readonly RowField[];
  readonly row: Row;
}

function Values({ fields, row }: ValuesProps) {
  const { slug } = useScope();
  return (
    <dl className="values">
      {fields
        .filter(({ name }) => name in row)
        .map((field) => (
          <div key={field.name} className={WIDE.has(field.kind) ? 'wide' : ''}>
            <dt title={field.description}>{field.label}</dt>
            <dd>
              <Cell field={field} value={row[field.name]} scope={slug} isDetail />
            </dd>
          </div>
        ))}
    </dl>
  );
}

function Aside({ fields, row }: ValuesProps) {
  const { accountId } = useScope();
  const names = useAccountNames(accountId === null ? [row.accountId] : []);
  const shown = fields.filter(({ name, kind }) => ASIDE.has(name) && kind !== 'id' && row[name] !== null);
  return (
    <aside aria-label="About this row">
      <dl className="values">
        {accountId === null && (
          <div>
            <dt>Account</dt>
            <dd className="account-tag">{names.get(row.accountId) ?? row.accountId}</dd>
          </div>
        )}
        <div>
          <dt>ID</dt>
          <dd>
            <CopyText text={row.id} />
          </dd>
        </div>
      </dl>
      <Values fields={shown} row={row} />
    </aside>
  );
}

function Overview({ fields, row }: ValuesProps) {
  const own = fields.filter(({ name }) => !ASIDE.has(name) && name !== 'name');
  const short = own.filter(({ kind }) => !WIDE.has(kind));
  const wide = own.filter(({ kind, name }) => WIDE.has(kind) && row[name] !== null);
  return (
    <div className="detail">
      <div>
        <Values fields={short} row={row} />
        <Values fields={wide} row={row} />
      </div>
      <Aside fields={fields} row={row} />
    </div>
  );
}

/** A purged row is still in the audit log until its history is erased. */
function WhatIsLeft({ of, noun }: { readonly of: RowReference; readonly noun: string }) {
  const viewer = useViewer();
  if (whyNot(viewer, ...auditPermissions(viewer)) !== null) return null;
  return (
    <section aria-labelledby="history">
      <h2 id="history">History</h2>
      <ErasableHistory of={of} name={of.id} noun={noun} />
    </section>
  );
}

export function ResourceDetail({ resource }: { readonly resource: Resource }) {
  const viewer = useViewer();
  const { slug, accountId } = useScope();
  const { id = '' } = useParams();
  const { title, plural, noun, permission, type, fields, refreshSeconds = 0, isDeletable, update } = resource;
  const closed = whyNot(viewer, `${permission}:read`);
  const document = rowDocument(resource, mayRead(viewer));
  const { data, error, startPolling, stopPolling } = useQuery(
    document,
    closed !== null
      ? skipToken
      : { variables: { ...(accountId === null ? {} : { accountId }), filter: { id: { equals: id } } } },
  );
  const row = data?.rows.nodes[0];
  // A stream belongs to one account: across accounts, to the account of the row.
  const isLive = useStream(resource.isStreamed === true ? (row?.accountId ?? null) : null, document);
  const isPolled = closed === null && refreshSeconds > 0 && !isLive;
  useEffect(() => {
    if (!isPolled) return;
    startPolling(refreshSeconds * MS_PER_SECOND);
    return stopPolling;
  }, [isPolled, refreshSeconds, startPolling, stopPolling]);
  if (closed !== null) return <ClosedPage title={title} why={closed} />;
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  const parent = { title, to: `/${slug}/${plural}` };
  if (!row)
    return (
      <Page title={`No such ${noun}`} parent={parent}>
        <Empty title={`There is no ${noun} with this id that this key can see.`}>
          <code>{id}</code>
        </Empty>
        {accountId !== null && <WhatIsLeft of={{ accountId, resourceType: type, id }} noun={noun} />}
      </Page>
    );
  const why = isDeletable || update ? changeReason(resource, viewer) : null;
  const Further = rowActions[type];
  return (
    <Page
      title={labelOf(row)}
      parent={parent}
      why={why === null ? null : `Read only. ${why}`}
      actions={
        <>
          {Further && <Further row={row} />}
          {why === null && <RowActions resource={resource} row={row} />}
        </>
      }
    >
      {typeof row.deletedAt === 'string' && (
        <p className="notice warning">
          This {noun} is deleted: it is in no list and nothing can use it until it is restored.
        </p>
      )}
      <RowTabs of={{ accountId: row.accountId, resourceType: type, id: row.id }} name={labelOf(row)} noun={noun}>
        <Overview fields={fields} row={row} />
      </RowTabs>
    </Page>
  );
}
