/** Refused requests, counted per minute. */
import { skipToken, useQuery } from '@apollo/client/react';
import { useSearchParams } from 'react-router';
import { DENIAL_FILTERS } from '../../audit/filters';
import { graphql } from '../../generated';
import type { DenialsQuery } from '../../generated/graphql';
import { filterOf, PAGE_SIZE } from '../../resources/address';
import { useScope } from '../../session/scope';
import { useViewer, whyNot } from '../../session/viewer';
import { CopyText } from '../../ui/copy-text';
import type { Column } from '../../ui/data-table';
import { ListPage } from '../../ui/list-page';
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

const COLUMNS: readonly Column<Denial>[] = [
  { title: 'Minute', cell: ({ minute }) => <Time at={minute} isExact /> },
  { title: 'Code', cell: ({ code }) => <code>{code}</code> },
  { title: 'Field', cell: ({ field }) => <code>{field}</code> },
  { title: 'Times', cell: ({ count }) => count },
  { title: 'Key', cell: ({ keyId }) => <CopyText text={keyId} shown={`${keyId.slice(0, 8)}…`} label="key" /> },
  { title: 'From', cell: ({ address }) => address ?? <span className="muted">several</span> },
];

export function Denials() {
  const { accountId } = useScope();
  const [parameters] = useSearchParams();
  const closed = whyNot(useViewer(), 'audit:read');
  const filter = filterOf(DENIAL_FILTERS, parameters);
  const variables = { accountId, first: PAGE_SIZE, after: parameters.get('after'), filter };
  const { data, previousData, error } = useQuery(DENIALS, closed !== null ? skipToken : { variables });
  return (
    <ListPage
      title="Denials"
      about="Refused requests: fields for other kinds of keys, accounts and ids that do not belong to the key, and rejected keys."
      closed={closed}
      filters={DENIAL_FILTERS}
      columns={COLUMNS}
      page={(data ?? previousData)?.auditDenials}
      error={error}
      empty="Nothing was refused."
    />
  );
}
