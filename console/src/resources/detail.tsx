/** Everything about one row: its values, what it leads to, its history and its state at any time. */
import { skipToken, useQuery } from '@apollo/client/react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useParams, useSearchParams } from 'react-router';
import { AsOf } from '../audit/as-of';
import { History } from '../audit/history';
import { useAccountNames } from '../session/account-names';
import { useScope } from '../session/scope';
import { auditPermissions, mayRead, useViewer, whyNot } from '../session/viewer';
import { CopyText } from '../ui/copy-text';
import { ClosedPage, Page } from '../ui/page';
import { Empty, Failure, Loading, NotOffered } from '../ui/states';
import { RowActions } from './actions';
import { Cell, labelOf } from './cell';
import type { Resource } from './definitions';
import { rowDocument } from './documents';
import { rowActions } from './extras';
import { changeReason } from './permissions';
import type { Row, RowField } from './resource-type';
import { useStream } from './stream';

const MS_PER_SECOND = 1_000;
/** Shown beside the others: what every row has. */
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

const TABS = ['overview', 'history', 'as-of'] as const;

function Content({ resource, row }: { readonly resource: Resource; readonly row: Row }) {
  const [parameters, setParameters] = useSearchParams();
  const viewer = useViewer();
  const closed = whyNot(viewer, ...auditPermissions(viewer));
  const { type, fields } = resource;
  const tab = TABS.find((name) => name === parameters.get('tab')) ?? 'overview';
  const of = { accountId: row.accountId, resourceType: type, id: row.id };
  return (
    <Tabs
      selectedKey={tab}
      onSelectionChange={(key) => setParameters(key === 'overview' ? {} : { tab: String(key) }, { replace: true })}
    >
      <TabList aria-label="Views of this row" className="tabs">
        <Tab id="overview">Overview</Tab>
        <Tab id="history">History</Tab>
        <Tab id="as-of">As of a time</Tab>
      </TabList>
      <TabPanel id="overview">
        <Overview fields={fields} row={row} />
      </TabPanel>
      <TabPanel id="history">{closed === null ? <History {...of} /> : <NotOffered why={closed} />}</TabPanel>
      <TabPanel id="as-of">{closed === null ? <AsOf {...of} /> : <NotOffered why={closed} />}</TabPanel>
    </Tabs>
  );
}

export function ResourceDetail({ resource }: { readonly resource: Resource }) {
  const viewer = useViewer();
  const { slug, accountId } = useScope();
  const { id = '' } = useParams();
  const { title, plural, noun, permission, type, refreshSeconds = 0, isDeletable, update } = resource;
  const closed = whyNot(viewer, `${permission}:read`);
  const document = rowDocument(resource, mayRead(viewer));
  const isLive = useStream(closed === null && resource.isStreamed === true ? accountId : null, document);
  const { data, error } = useQuery(
    document,
    closed !== null
      ? skipToken
      : {
          variables: { ...(accountId === null ? {} : { accountId }), filter: { id: { equals: id } } },
          pollInterval: isLive ? 0 : refreshSeconds * MS_PER_SECOND,
        },
  );
  if (closed !== null) return <ClosedPage title={title} why={closed} />;
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  const row = data.rows.nodes[0];
  const parent = { title, to: `/${slug}/${plural}` };
  if (!row)
    return (
      <Page title={`No such ${noun}`} parent={parent}>
        <Empty title={`There is no ${noun} with this id that this key can see.`}>
          <code>{id}</code>
        </Empty>
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
      <Content resource={resource} row={row} />
    </Page>
  );
}
