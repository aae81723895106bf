/** Requests that were refused, counted by the minute. */
import { skipToken, useQuery } from '@apollo/client/react';
import { useSearchParams } from 'react-router';
import { DENIAL_FILTERS } from '../../audit/filters';
import { graphql } from '../../generated';
import type { DenialsQuery } from '../../generated/graphql';
import { filterOf, PAGE_SIZE } from '../../resources/address';
import { useAccountColumn } from '../../session/account-names';
import { useScope } from '../../session/scope';
import { useViewer, whyNot } from '../../session/viewer';
import { CopyText } from '../../ui/copy-text';
import { DataTable, type Column } from '../../ui/data-table';
import { Filters } from '../../ui/filters';
import { ClosedPage, Page } from '../../ui/page';
import { Empty } from '../../ui/states';
import { Time } from '../../ui/time';

const DENIALS = graphql(`
  query Denials($accountId: ID, $after: String, $first: Int, $filter: AuditDenialFilter) {
    auditDenials(accountId: $accountId, after: $after, first: $first, filter: $filter) {
      nodes {
        id
        accountId
        minute
        code
        field
        count
        keyId
        address
        requestId
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

type Denial = DenialsQuery['auditDenials']['nodes'][number];

const TITLE = 'Denials';

const COLUMNS: readonly Column<Denial>[] = [
  { title: 'Minute', cell: ({ minute }) => <Time at={minute} isExact /> },
  { title: 'Code', cell: ({ code }) => <code>{code}</code> },
  { title: 'Field', cell: ({ field }) => <code>{field}</code> },
  { title: 'Times', cell: ({ count }) => count },
  { title: 'Key', cell: ({ keyId }) => <CopyText text={keyId} shown={`${keyId.slice(0, 8)}…`} label="key" /> },
  { title: 'From', cell: ({ address }) => address ?? <span className="muted">several</span> },
];

export function Denials() {
  const viewer = useViewer();
  const { accountId } = useScope();
  const [parameters] = useSearchParams();
  const closed = whyNot(viewer, 'audit:read');
  const after = parameters.get('after');
  const { data, previousData, error } = useQuery(
    DENIALS,
    closed !== null
      ? skipToken
      : {
          variables: { accountId, first: PAGE_SIZE, after, filter: filterOf(DENIAL_FILTERS, parameters) },
        },
  );
  const page = (data ?? previousData)?.auditDenials;
  const accountColumn = useAccountColumn<Denial>(page?.nodes);
  if (closed !== null) return <ClosedPage title={TITLE} why={closed} />;
  const [minute, ...others] = COLUMNS;
  return (
    <Page
      title={TITLE}
      about="Requests of keys that were refused: fields for other keys, accounts and ids that are not theirs, keys that were not accepted."
    >
      <Filters fields={DENIAL_FILTERS} />
      <DataTable
        label={TITLE}
        columns={[...(minute ? [minute] : []), ...accountColumn, ...others]}
        rows={page?.nodes}
        keyOf={({ accountId: account, id }) => `${account} ${id}`}
        error={error}
        pageInfo={page?.pageInfo}
        empty={<Empty title="Nothing was refused." />}
      />
    </Page>
  );
}
